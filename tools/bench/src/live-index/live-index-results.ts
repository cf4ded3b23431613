import type { Latency } from '../result-types.ts';

/** A figure with the bar it has to keep to. */
export interface LiveIndexBar {
  readonly name: string;
  readonly figure: number;
  readonly unit: 'ms' | 'ratio' | 'stale answers' | 'errors' | 's per million funds';
  /** Null where the figure is only told. */
  readonly bar: { readonly kind: 'at most' | 'at least'; readonly value: number } | null;
  readonly holds: boolean;
  /** What the figure was made of. */
  readonly details: string;
}

/** Times of one kind of call. */
export interface LiveIndexTimes {
  readonly name: string;
  readonly latency: Latency;
}

/** Results of `live-index`. */
export interface LiveIndexResults {
  readonly bars: readonly LiveIndexBar[];
  readonly times: readonly LiveIndexTimes[];
}
