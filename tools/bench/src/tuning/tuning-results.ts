/** How long a workload took with one value of a setting. */
export interface TuningTimes {
  readonly value: string;
  /** Over the rounds, in milliseconds. */
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** One setting, measured with two values in turns. */
export interface TuningRow {
  readonly setting: string;
  readonly workload: string;
  readonly low: TuningTimes;
  readonly high: TuningTimes;
  /** Median with `low` divided by median with `high`. */
  readonly ratio: number;
  /** Whether the times overlap: then the difference may be chance. */
  readonly overlaps: boolean;
}

/** Results of `tuning`. */
export interface TuningResults {
  readonly rounds: number;
  readonly rows: readonly TuningRow[];
}
