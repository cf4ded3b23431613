import { knowsNewest, silenceMaxMs, type ServerState } from '@finance/schema';
import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';
import { connect, drop, feedErrorOf, readServerState } from './connection.ts';
import { resetsOf } from './followed-server.ts';

/** Reads the position that includes whatever was acknowledged before. */
export interface NewestPosition {
  /** @throws ChangeFeedError `unavailable`, also when only a server can be reached that does not know what is newest */
  read(): Promise<ServerState>;
  /** With how many RESET statements that server has run. @throws ChangeFeedError as `read` */
  readWithResets(): Promise<{ readonly state: ServerState; readonly resets: string }>;
  close(): Promise<void>;
}

/** A connection is replaced this often, so that it does not stay with a server that the address no longer leads to. */
const renewAfterMs = 2_000;
/** Beyond it nobody has asked for a while: the next one waits for a new connection. */
const trustedMaxMs = 2 * renewAfterMs;

/** The connection that was kept, a new one, and another one where that took long: it may have been begun too early. */
const triesMax = 3;

const followsAnother = (): ChangeFeedError =>
  new ChangeFeedError('unavailable', 'the database follows another one, or has left its group');

interface Kept {
  readonly connecting: Promise<Connection>;
  readonly sinceMs: number;
}

/** Connections follow the address of the URL: a connection may outlive the role, or the rule, of its server. */
export function openNewestPosition(url: string): NewestPosition {
  let kept: Kept | undefined;
  let isRenewing = false;
  let isClosed = false;

  const forget = ({ connecting }: Kept): void => {
    if (kept?.connecting === connecting) kept = undefined;
    connecting.then(drop, () => undefined);
  };
  const renew = async (old: Kept): Promise<void> => {
    isRenewing = true;
    const sinceMs = performance.now();
    const connection = await connect(url).catch(() => undefined);
    isRenewing = false;
    if (!connection) return;
    // Closed, or forgotten and replaced in the meantime.
    if (kept?.connecting !== old.connecting) return drop(connection);
    // What is asked on the old one is answered first.
    old.connecting.then((before) => before.promise().end()).catch(() => undefined);
    kept = { connecting: Promise.resolve(connection), sinceMs };
  };

  const ask = async <T>(
    question: (connection: Connection, state: ServerState) => Promise<T> | T,
    triesLeft = triesMax,
  ): Promise<T> => {
    if (isClosed) throw new ChangeFeedError('unavailable', 'the feed is closed');
    const askedMs = performance.now();
    if (kept && askedMs - kept.sinceMs > trustedMaxMs) forget(kept);
    const isNew = kept === undefined;
    const mine = (kept ??= { connecting: connect(url), sinceMs: askedMs });
    try {
      const connection = await mine.connecting;
      const state = await readServerState(connection);
      if (isClosed) forget(mine);
      const wasSilent = performance.now() - askedMs > silenceMaxMs;
      if (!state.isReadOnly && (!wasSilent || triesLeft === 1)) {
        if (askedMs - mine.sinceMs > renewAfterMs && !isRenewing) void renew(mine);
        return await question(connection, state);
      }
      // By a connection that is made after the question: perhaps the address leads elsewhere by now.
      if (isNew && state.isReadOnly) {
        if (!(await knowsNewest(connection.promise(), state))) throw followsAnother();
        const answer = await question(connection, state);
        forget(mine);
        return answer;
      }
    } catch (error) {
      // One that was kept may have died with its server, which has a successor.
      if (isNew || triesLeft === 1) {
        forget(mine);
        throw feedErrorOf(error);
      }
    }
    forget(mine);
    return ask(question, triesLeft - 1);
  };

  return {
    read: () => ask((_, state) => state),
    readWithResets: () => ask(async (connection, state) => ({ state, resets: await resetsOf(connection) })),
    close: async () => {
      isClosed = true;
      const open = kept;
      kept = undefined;
      await open?.connecting.then((connection) => connection.promise().end()).catch(() => undefined);
    },
  };
}
