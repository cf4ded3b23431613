import { ChangeFeedError, openChangeFeed, type FeedTarget } from '@finance/change-feed';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { inOwnWords } from '@finance/domain';
import type { MergeBounds } from '../builder/merge-bounds.ts';
import type {
  FromJournal,
  JournalDelivery,
  JournalRequest,
  JournalState,
  RebuildCause,
  ToJournal,
} from '../messages.ts';
import { Journal } from './journal.ts';

export interface JournalStart {
  readonly target: FeedTarget;
  readonly bounds: MergeBounds;
}

/** One delivery is applied while the next one is on its way. */
const deliveriesUnderway = 2;
/** The feed has tried for a while itself before it calls itself unavailable. */
const retryAfterMs = 1_000;

interface Follower {
  /** The entry sent last. */
  number: number;
  credit: number;
}

const { target, bounds } = workerData as JournalStart;
/** With so many since the last base the feed is left waiting until there is a new one. */
const changesMax = bounds.journalChangesMax;
const feed = openChangeFeed(target);
const { signal } = new AbortController();
const journal = new Journal();
const followers = new Map<MessagePort, Follower>();
let baseNumber = 0;
/** Until the first base, loading is under way, and nothing is worth beginning it again. */
let baseFunds = Infinity;
/** Of the transaction that the feed is in the middle of. */
let transactionChanges = 0;
let roomMade: (() => void) | undefined;
let isConnected = false;

const tellHost = (message: FromJournal): void => parentPort!.postMessage(message);

function setConnected(is: boolean): void {
  isConnected = is;
  for (const port of followers.keys()) port.postMessage({ isConnected } satisfies JournalState);
}

function deliver(port: MessagePort, follower: Follower): void {
  while (follower.credit > 0 && follower.number < journal.head) {
    const delivery: JournalDelivery = { entries: journal.after(follower.number), head: journal.head };
    follower.number = delivery.entries.at(-1)!.number;
    follower.credit -= 1;
    port.postMessage(delivery);
  }
}

/** Drops what neither the latest base nor a follower lacks. */
function trim(): void {
  // Nobody may hold up the others: there is a newer base for who is that far behind.
  if (journal.changes >= changesMax) {
    for (const [port, { number }] of followers) if (number < baseNumber) cutOff(port);
  }
  let needed = baseNumber;
  for (const follower of followers.values()) needed = Math.min(needed, follower.number);
  journal.trim(needed);
  if (journal.changes < changesMax) roomMade?.();
}

function cutOff(port: MessagePort): void {
  followers.delete(port);
  port.close();
}

parentPort!.on('message', (message: ToJournal) => {
  if (message.kind === 'start') {
    void follow(message.from);
    return;
  }
  if (message.kind === 'trim') {
    baseNumber = Math.max(baseNumber, message.number);
    baseFunds = message.funds;
    trim();
    return;
  }
  const { port } = message;
  const follower: Follower = { number: message.after, credit: deliveriesUnderway };
  followers.set(port, follower);
  port.postMessage({ isConnected } satisfies JournalState);
  port.on('message', (request: JournalRequest) => {
    if (request === 'pull') {
      // SQLite tells nobody of a commit; asking for the position has the follower look at once.
      if (feed.engine === 'sqlite') feed.position(signal).catch(() => undefined);
      return;
    }
    follower.credit += 1;
    deliver(port, follower);
    if (journal.changes >= changesMax) trim();
  });
  port.on('close', () => {
    followers.delete(port);
    trim();
  });
  deliver(port, follower);
});

/** Ends the feed. */
class GivenUp extends Error {
  readonly kind: RebuildCause;

  constructor(kind: RebuildCause, message: string) {
    super(message);
    this.kind = kind;
  }
}

async function follow(start: string): Promise<void> {
  let from = start;
  let isCutOff = false;
  for (;;) {
    try {
      await feed.follow(
        from,
        async ({ changes, position }) => {
          transactionChanges += changes.length;
          if (transactionChanges > Math.max(bounds.transactionChangesMax, bounds.transactionFundsShare * baseFunds)) {
            throw new GivenUp(
              'large-transaction',
              `a transaction of ${transactionChanges} changes and more: loading is quicker`,
            );
          }
          if (isCutOff) throw new GivenUp('feed-lost', 'a transaction was cut off; it may not come again');
          journal.append(changes, position);
          if (position !== null) {
            from = position;
            transactionChanges = 0;
          }
          for (const [port, follower] of followers) deliver(port, follower);
          if (journal.changes >= changesMax) {
            const room = Promise.withResolvers<void>();
            roomMade = room.resolve;
            trim();
            await room.promise;
          }
        },
        {
          signal,
          onState: ({ state, error }) => {
            setConnected(state === 'connected');
            // Parts of it were applied, and its server may have died with it.
            isCutOff ||= transactionChanges > 0;
            tellHost(
              state === 'connected' ? { kind: 'following' } : { kind: 'interrupted', reason: inOwnWords(error) },
            );
          },
        },
      );
    } catch (error) {
      setConnected(false);
      if (error instanceof GivenUp) {
        tellHost({ kind: 'lost', cause: error.kind, reason: error.message });
        return;
      }
      if (!(error instanceof ChangeFeedError)) throw error;
      if (error.kind !== 'unavailable') {
        tellHost({ kind: 'lost', cause: error.kind === 'history' ? 'ahead' : 'feed-lost', reason: error.message });
        return;
      }
      isCutOff ||= transactionChanges > 0;
      tellHost({ kind: 'interrupted', reason: error.message });
      await sleep(retryAfterMs);
    }
  }
}
