/** Upper bounds in milliseconds; waits above the last one end in SQL. */
export const waitBucketsMs = [0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000] as const;

/** Counts by upper bound, not cumulative; the last count is of everything above. */
export interface WaitHistogram {
  readonly bucketsMs: readonly number[];
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** Collects waits of many calls at once. */
export class WaitRecorder {
  private readonly counts: number[] = Array.from({ length: waitBucketsMs.length + 1 }, () => 0);
  private sumMs = 0;

  record(waitMs: number, calls: number): void {
    let bucket = 0;
    while (bucket < waitBucketsMs.length && waitMs > waitBucketsMs[bucket]!) bucket += 1;
    this.counts[bucket]! += calls;
    this.sumMs += waitMs * calls;
  }

  snapshot(): WaitHistogram {
    return { bucketsMs: waitBucketsMs, counts: [...this.counts], sumMs: this.sumMs };
  }
}
