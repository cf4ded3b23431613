import type { IndexLog } from '../index-log.ts';
import type { AuditOptions } from '../audit/self-audit.ts';
import type { MergeBounds } from '../builder/merge-bounds.ts';
import type { ReplicaOptions } from '../replica/replica.ts';

export interface LiveIndexHostOptions extends Partial<ReplicaOptions> {
  readonly log: IndexLog;
  /** False for none. */
  readonly audit?: Partial<AuditOptions> | false;
  readonly merge?: Partial<MergeBounds>;
}

export const replicaDefaults: ReplicaOptions = {
  // The fence takes 1 to 5 ms; who has to wait 50 times as long meets a feed that is ill.
  waitMs: 250,
  cachedBytesMax: 256 * 2 ** 20,
  // Loading 1,000,000 funds takes some 15 s; a feed that is further behind is overtaken by a load.
  stuckAfterMs: 60_000,
  fence: true,
  onAhead: () => undefined,
};

export const mergeDefaults: MergeBounds = {
  fundsMin: 20_000,
  fundsShare: 0.02,
  // A change is some 400 bytes in the heap: about 120 MB.
  journalChangesMax: 300_000,
  transactionChangesMax: 100_000,
  transactionFundsShare: 1 / 7,
};
