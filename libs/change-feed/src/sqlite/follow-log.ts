import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileIdentity } from '@finance/schema';
import type { Database } from 'better-sqlite3';
import { ChangeFeedError } from '../change-feed-error.ts';
import type { FollowOptions } from '../change-feed.ts';
import { connect, feedErrorOf } from './connection.ts';
import { LogReader, type EntryReading } from './log-reader.ts';
import { pruneLog } from './prune-log.ts';
import type { WakeUp } from './wake-up.ts';

/** How often an idle follower looks; who needs the newest state wakes it. */
const pollMs = 20;
/** A pruning step comes after this many entries. */
const entriesBetweenPrunings = 500n;

/** Follows the change log; see ChangeFeed.follow. `readingOn` says what is made of its entries. */
export async function followLog<Batch>(
  file: string,
  from: string,
  readingOn: (database: Database) => EntryReading<Batch>,
  onBatch: (batch: Batch) => void | Promise<void>,
  { signal, onState }: FollowOptions,
  wakeUp: WakeUp,
): Promise<void> {
  if (signal.aborted) return;
  const identity = fileIdentity(file);
  const database = connect(file);
  const pruner = connect(file);
  let consumerIsBusy = false;
  try {
    // Pruning waits for nobody, and syncs nothing: lost with the machine's power, it is done again.
    pruner.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;');
    const reader = new LogReader(database, from, readingOn(database));
    onState?.({ state: 'connected' });
    let pruned = reader.sequence;
    while (!signal.aborted) {
      if (fileIdentity(file) !== identity) throw new ChangeFeedError('history', 'the file was replaced by another one');
      if (!reader.isBehind) {
        await wakeUp.wait(pollMs, signal);
        continue;
      }
      for (const batch of reader.read()) {
        consumerIsBusy = true;
        await onBatch(batch);
        consumerIsBusy = false;
        if (signal.aborted) return;
      }
      if (reader.sequence - pruned >= entriesBetweenPrunings) {
        pruned = reader.sequence;
        while (pruneLog(pruner, pruned) && !signal.aborted) await nextTurn();
      }
    }
  } catch (error) {
    throw consumerIsBusy ? error : feedErrorOf(error);
  } finally {
    database.close();
    pruner.close();
  }
}
