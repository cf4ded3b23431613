import { createLatencyRecorder } from '../latency.ts';
import type { Latency } from '../result-types.ts';
import { answered, type CallLog } from './load.ts';

/** Calls by how they ended. */
export function outcomesOf({ outcome, outcomes }: CallLog): Readonly<Record<string, number>> {
  const counts: Record<string, number> = Object.fromEntries(outcomes.map((name) => [name, 0]));
  for (const place of outcome) counts[outcomes[place]!]! += 1;
  return counts;
}

/** The times of the calls that ended so; by default of those that were answered. */
export function latencyOfCalls(log: CallLog, outcome: string = answered): Latency {
  const recorder = createLatencyRecorder();
  const place = log.outcomes.indexOf(outcome);
  log.tookMs.forEach((ms, index) => {
    if (log.outcome[index] === place) recorder.record(ms);
  });
  return recorder.latency();
}

/** What is normal: in a stretch of `stretchMs` all calls are answered, and 95 of 100 within `withinMs`. */
export interface Normal {
  readonly withinMs: number;
  readonly stretchMs: number;
}

/** Whether each stretch of a load was normal, by the time that its calls were due; one without calls is. */
export function normalStretches(log: CallLog, { withinMs, stretchMs }: Normal): boolean[] {
  const begun = log.dueMs.reduce((first, dueMs) => Math.min(first, dueMs), Infinity);
  const place = log.outcomes.indexOf(answered);
  const stretches: { calls: number; good: number; failed: number }[] = [];
  log.dueMs.forEach((dueMs, index) => {
    const stretch = (stretches[Math.floor((dueMs - begun) / stretchMs)] ??= { calls: 0, good: 0, failed: 0 });
    stretch.calls += 1;
    if (log.outcome[index] !== place) stretch.failed += 1;
    else if (log.tookMs[index]! <= withinMs) stretch.good += 1;
  });
  return Array.from(stretches, (each) => each === undefined || (each.failed === 0 && each.good >= 0.95 * each.calls));
}

/** Milliseconds from the first call until every stretch is normal; the whole time when the last one is not. */
export function untilNormal(log: CallLog, normal: Normal): number {
  return (normalStretches(log, normal).lastIndexOf(false) + 1) * normal.stretchMs;
}
