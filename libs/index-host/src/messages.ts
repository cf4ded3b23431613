import type { IndexBase, RowChange } from '@finance/live-index';
import type { MessagePort } from 'node:worker_threads';
import type { AuditCheck } from './audit/audit-stats.ts';
import type { IndexLog } from './index-log.ts';
import type { IndexPhase, LoadProgress } from './index-state.ts';

/** A stretch of the change feed, few enough changes to be received and applied without holding up a thread. */
export interface JournalEntry {
  /** Counts up by one within an epoch, from 1. */
  readonly number: number;
  readonly changes: readonly RowChange[];
  /** The feed's position after the entry; null where a transaction goes on in the next entry. */
  readonly position: string | null;
}

/** An immutable base in shared memory, and what it is of. */
export interface BaseState {
  readonly base: IndexBase;
  /** The journal entry it includes last; 0 for what was loaded. */
  readonly number: number;
  /** Of that entry; null when the base was taken in the middle of a transaction. */
  readonly position: string | null;
  /** Before this position the base with the entries after it may be no state that SQL ever showed. */
  readonly readyAt: string;
}

/** An epoch is the life of one journal: numbers of two epochs do not compare. */
export interface PublishedBase extends BaseState {
  readonly epoch: number;
}

/** From the journal to who follows it. */
export interface JournalDelivery {
  readonly entries: readonly JournalEntry[];
  /** The journal's latest entry when this was sent. */
  readonly head: number;
}

/**
 * From the journal to who follows it, not to be acknowledged: whether the feed is connected to a server that has all that
 * was followed. While it is not, nobody knows what has become of the database.
 */
export interface JournalState {
  readonly isConnected: boolean;
}

/**
 * From who follows to the journal: a delivery has been applied, so another may come; or somebody waits for changes that
 * are committed already, so read them now.
 */
export type JournalRequest = 'taken' | 'pull';

/** From the host to the journal thread. */
export type ToJournal =
  | { readonly kind: 'start'; readonly from: string }
  | { readonly kind: 'subscribe'; readonly after: number; readonly port: MessagePort }
  /** A base of so many funds includes entries up to this one; who follows from before keeps them until it is through. */
  | { readonly kind: 'trim'; readonly number: number; readonly funds: number };

/** From the journal thread to the host. */
export type FromJournal =
  | { readonly kind: 'following' }
  /** The feed is interrupted and will be resumed. */
  | { readonly kind: 'interrupted'; readonly reason: string }
  /** The feed cannot be resumed, or loading is quicker. */
  | { readonly kind: 'lost'; readonly cause: RebuildCause; readonly reason: string };

/** From the host to the builder thread. */
export interface ToBuilder {
  readonly kind: 'follow';
  readonly port: MessagePort;
}

/** From the builder thread to the host. */
export type FromBuilder =
  | { readonly kind: 'progress'; readonly progress: LoadProgress }
  /** All rows were read: the journal can start. The base follows. */
  | { readonly kind: 'loaded'; readonly from: string }
  | { readonly kind: 'base'; readonly state: BaseState }
  | { readonly kind: 'failed'; readonly reason: string };

/** From the self-audit's thread to the host. */
export type FromAudit =
  | { readonly kind: 'check'; readonly check: AuditCheck }
  | {
      readonly kind: 'log';
      readonly level: keyof IndexLog;
      readonly fields: object;
      readonly message: string;
    };

/** From the host to a replica. */
export type ToReplica =
  | { readonly kind: 'phase'; readonly phase: IndexPhase }
  | { readonly kind: 'base'; readonly published: PublishedBase; readonly journal: MessagePort };

/** From a replica to the host: what it has is wrong, build it anew. */
export interface FromReplica {
  readonly kind: 'wrong';
  readonly epoch: number;
  readonly cause: RebuildCause;
  readonly reason: string;
}

/** Why an index was built anew; label of a metric. */
export type RebuildCause =
  'feed-lost' | 'large-transaction' | 'thread-ended' | 'audit' | 'apply-failed' | 'load-failed' | 'ahead';
