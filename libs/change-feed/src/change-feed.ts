import type { RowChange } from '@finance/live-index';
import type { PersonChange } from './rows/person-change.ts';
import type { TableConsumer } from './table-consumer.ts';

/** Changes of one or more whole transactions in commit order, or a part of one that is larger than the buffer. */
export interface ChangeBatch {
  readonly changes: readonly RowChange[];
  /**
   * Reached once the changes are applied. Null inside a transaction larger than the buffer: the state is then one that
   * SQL never showed, until the next batch with a position.
   */
  readonly position: string | null;
}

/** A batch that tells its transactions apart. */
export interface TransactionBatch<Change> {
  readonly changes: readonly Change[];
  /**
   * Those with changes, in commit order: `id` is the position of the transaction alone, on SQLite of one change; `end`
   * the index behind its last change here. The parts of a large one have the same id.
   */
  readonly transactions: readonly { readonly id: string; readonly end: number }[];
  /** As in {@link ChangeBatch}. */
  readonly position: string | null;
}

/** `connected`: changes arrive as they are committed. `reconnecting`: the state stands still, `error` says why. */
export interface FeedState {
  readonly state: 'connected' | 'reconnecting';
  readonly error?: Error;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Rows read so far of about `total`, which is an estimate on MySQL. */
  readonly onProgress?: (rows: number, total: number) => void;
}

export interface LoadResult {
  /** Where to follow from. */
  readonly from: string;
  /** What was loaded is a state that SQL showed once the follower has reached this. */
  readonly readyAt: string;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onState?: (state: FeedState) => void;
}

/**
 * The committed changes of users, orders, customers and funds, whoever made them, in commit order. Every method rejects
 * with a ChangeFeedError, or with the signal's reason once it has aborted.
 */
export interface ChangeFeed {
  readonly engine: 'mysql' | 'sqlite';
  /** Whether the database can be followed. @throws ChangeFeedError `setup` that says what to grant or to set */
  check(signal: AbortSignal): Promise<void>;
  /** Reads all rows without holding any lock: first the position, then one consistent snapshot, in batches. */
  load(into: TableConsumer, options: LoadOptions): Promise<LoadResult>;
  /**
   * Hands over what was committed after `from`, each change at least once, until the signal aborts (then it returns).
   * Waits for `onBatch`; what is buffered meanwhile is bounded. Lost connections are replaced and followed on from the
   * last position; only when that fails for a while the feed is `unavailable`.
   */
  follow(from: string, onBatch: (batch: ChangeBatch) => void | Promise<void>, options: FollowOptions): Promise<void>;
  /**
   * Follows the same changes as far as they concern the org and who is assigned to what. Each is told as it was made, in
   * the same order whenever they are followed after the same position. A follower who loses its connection inside of a
   * large transaction gets all of its parts again.
   */
  followPeople(
    from: string,
    onBatch: (batch: TransactionBatch<PersonChange>) => void | Promise<void>,
    options: FollowOptions,
  ): Promise<void>;
  /**
   * The newest position of the database, which belongs to its history: whatever was acknowledged before the call is in it. One read serves all calls
   * that were waiting when it started.
   */
  position(signal: AbortSignal): Promise<string>;
  /**
   * Begins another history of a database that has lost what was followed up to `known`, unless somebody has: positions of
   * before are refused from then on, also once their numbers are given out again.
   * @throws ChangeFeedError `unavailable` when it cannot be written at present
   */
  renewHistory(known: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
