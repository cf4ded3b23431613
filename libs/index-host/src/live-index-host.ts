import type { Freshness } from '@finance/domain';
import type { IndexStats, LiveIndex } from '@finance/live-index';
import type { MessagePort } from 'node:worker_threads';
import type { AuditStats } from './audit/audit-stats.ts';
import type { LiveIndexState } from './index-state.ts';
import type { RebuildCause } from './messages.ts';
import type { FenceOutcome } from './replica/fence.ts';
import type { WaitHistogram } from './replica/wait-histogram.ts';

/** The index in one state. To be used before anything else is awaited: the index moves on. */
export interface IndexView {
  readonly index: LiveIndex;
  /** Of that state, for consistency tokens. A moment later SQL has reached it, too. */
  readonly position: string;
}

/** Why a call was sent to SQL. */
export type FallbackReason =
  Exclude<LiveIndexState['name'], 'ready'> | Exclude<FenceOutcome, 'reached'> | 'mid-transaction';

/** Counters since the start, of one thread, and sizes of now. */
export interface ReplicaStats {
  readonly served: number;
  readonly fallbacks: Readonly<Record<FallbackReason, number>>;
  /** Of calls that wanted everything or a position. */
  readonly waits: WaitHistogram;
  readonly appliedEntries: number;
  readonly appliedChanges: number;
  /** Journal entries that are known and not applied. */
  readonly lagEntries: number;
  /** Merged bases taken into use while serving. */
  readonly baseSwitches: number;
  /** Undefined without an index. */
  readonly index: (IndexStats & { readonly bytesPerFund: number }) | undefined;
}

/** Counters of the host since the start. */
export interface HostStats {
  readonly rebuilds: Readonly<Record<RebuildCause, number>>;
  readonly loads: number;
  readonly merges: number;
  readonly feedInterruptions: number;
  readonly audit: AuditStats;
}

/** The live index in one serving thread. */
export interface IndexReplica {
  /**
   * An index that is as fresh as required, or undefined when it is not healthy or cannot be that fresh within `waitMs`:
   * ask SQL then. @throws DomainError CONSISTENCY_TOKEN_INVALID for a position of another engine
   */
  at(requirement: Freshness): Promise<IndexView | undefined>;
  state(): LiveIndexState;
  /** Tells every change of the state, load progress included; returns what ends it. */
  onState(listener: (state: LiveIndexState) => void): () => void;
  stats(): ReplicaStats;
  close(): Promise<void>;
}

/** The threads that load, follow and merge, and the replica of the thread that started them. */
export interface LiveIndexHost extends IndexReplica {
  hostStats(): HostStats;
  /** A port for another serving thread, to be given to `openIndexReplica` there; transfer it. */
  connect(): MessagePort;
}
