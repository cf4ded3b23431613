import { build } from 'hdr-histogram-js';
import type { Latency } from './result-types.ts';

const microsPerMs = 1_000;
/** Three digits: 0.1 % of a time, far below what repeats. */
const significantDigits = 3;

/** Collects the times of calls. */
export interface LatencyRecorder {
  record(ms: number): void;
  latency(): Latency;
}

/** A recorder of microseconds in a high dynamic range histogram: bounded memory at any number of calls. */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram = build({ numberOfSignificantValueDigits: significantDigits });
  const percentile = (share: number): number =>
    histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(share) / microsPerMs;
  return {
    // The histogram's smallest value is 1.
    record: (ms) => void histogram.recordValue(Math.max(1, Math.round(ms * microsPerMs))),
    latency: () => ({
      calls: histogram.totalCount,
      p50Ms: percentile(50),
      p95Ms: percentile(95),
      p99Ms: percentile(99),
      maxMs: histogram.totalCount === 0 ? 0 : histogram.maxValue / microsPerMs,
    }),
  };
}

/** The latency of times that are already known. */
export function latencyOf(times: readonly number[]): Latency {
  const recorder = createLatencyRecorder();
  for (const ms of times) recorder.record(ms);
  return recorder.latency();
}
