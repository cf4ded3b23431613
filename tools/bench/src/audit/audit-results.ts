import type { Latency } from '../result-types.ts';

/** Writes by a number of writers at once, each waiting for its commit. */
export interface AuditWriteCell {
  readonly writers: number;
  readonly audited: boolean;
  readonly writesPerSecond: number;
  readonly latency: Latency;
}

/** Results of `audit`. */
export interface AuditResults {
  readonly writes: readonly AuditWriteCell[];
  /** Null when the log was not as it was written. */
  readonly verification: { readonly entries: number; readonly seconds: number } | null;
}
