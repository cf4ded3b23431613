import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../questions/make-questions.ts';
import type { Ask } from './asker.ts';
import type { LoadLimits, LoadResult } from './closed-loop.ts';
import { createTally } from './tally.ts';

/** Bounds the load on a service that does not keep up; further calls are counted as dropped. */
const openCallsMax = 1_000;

/**
 * Calls at a fixed rate, whether or not earlier ones have their answer. Latency counts from the time a call was due, so
 * that a service that stalls cannot hide it by delaying the calls after.
 */
export async function openLoop(
  ask: Ask,
  questions: readonly Question[],
  callsPerSecond: number,
  { seconds, callsMax }: LoadLimits,
  signal: AbortSignal,
): Promise<LoadResult> {
  const tally = createTally();
  const calls = Math.max(1, Math.min(callsMax, Math.floor(seconds * callsPerSecond)));
  const startedAt = performance.now();
  const open = new Set<Promise<void>>();
  for (let call = 0; call < calls && !signal.aborted; call += 1) {
    const dueAt = startedAt + (call * 1_000) / callsPerSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    if (open.size >= openCallsMax) {
      tally.record(0, { kind: 'dropped', message: `${openCallsMax} calls were waiting for their answer` });
      continue;
    }
    const answered = ask(questions[call % questions.length]!, signal).then((error) => {
      open.delete(answered);
      if (!signal.aborted) tally.record(performance.now() - dueAt, error);
    });
    open.add(answered);
  }
  await Promise.all(open);
  return { ...tally.result(), seconds: (performance.now() - startedAt) / 1_000 };
}
