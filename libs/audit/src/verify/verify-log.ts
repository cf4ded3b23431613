import type { Database, SqlSession } from '@finance/schema';
import { ChainVerifier, type BadEntry, type VerifierOptions } from '../chain/chain-verifier.ts';
import { countPending } from '../log/pending-changes.ts';
import { readEntries, readHead } from '../log/read-entries.ts';

/** Entries of one read: some 2 MB. */
const chunkSize = 5_000;
/** Below every number, so that rows with impossible ones are found, too. */
const beforeAll = -(2n ** 63n);

/** What a look at the whole log found. */
export interface LogReport {
  /** The last good entry; all up to it are good. */
  readonly lastSequence: bigint;
  /** The first entry that is not as it was written; undefined for an intact log. */
  readonly firstBad: BadEntry | undefined;
  /** Changes that are committed and had no place in the log yet. */
  readonly pendingChanges: number;
  /** What the services themselves found wrong and put on record. */
  readonly alarms: readonly string[];
  /** See {@link ChainVerifier.changesWithoutEntry}. */
  readonly changesWithoutEntry: number;
}

/** What a log is held against. */
export type LogTests = Pick<VerifierOptions, 'witnesses' | 'seals'>;

/**
 * Verifies the whole log in one snapshot, while others go on writing: every hash, the numbers, the head, the seals
 * where their key is given, and what witnesses (read before this call) vouch for. `onProgress` gets the number of entries verified so far.
 */
export async function verifyLog(
  database: Database,
  tests: LogTests,
  signal: AbortSignal,
  onProgress: (count: bigint) => void = () => undefined,
): Promise<LogReport> {
  const verify = async (session: SqlSession): Promise<LogReport> => {
    const verifier = new ChainVerifier(tests);
    const head = await readHead(session);
    const firstBad = (await verifyEntries(session, verifier, onProgress)) ?? verifier.end(head);
    const { alarms, changesWithoutEntry } = verifier;
    const pendingChanges = await countPending(session);
    return { lastSequence: verifier.head.sequence, firstBad, pendingChanges, alarms, changesWithoutEntry };
  };
  // A copy of the log is worth a look, too.
  return database.snapshot(signal, verify, { kind: 'any' });
}

/** The next chunk is on its way while one is hashed. */
async function verifyEntries(
  session: SqlSession,
  verifier: ChainVerifier,
  onProgress: (count: bigint) => void,
): Promise<BadEntry | undefined> {
  let next = readEntries(session, beforeAll, chunkSize);
  for (;;) {
    const entries = await next;
    const last = entries.at(-1);
    if (last === undefined) return undefined;
    next = readEntries(session, last.sequence, chunkSize);
    for (const entry of entries) {
      const bad = verifier.push(entry);
      if (bad !== undefined) {
        await next;
        return bad;
      }
    }
    onProgress(verifier.head.sequence);
  }
}
