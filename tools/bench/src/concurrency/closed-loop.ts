import type { Question } from '../questions/make-questions.ts';
import type { Ask } from './asker.ts';
import { createTally, type TallyResult } from './tally.ts';

/** How long a load goes on. */
export interface LoadLimits {
  readonly seconds: number;
  /** No more calls than this. */
  readonly callsMax: number;
}

/** What a load brought, and how long it took until the last answer. */
export interface LoadResult extends TallyResult {
  readonly seconds: number;
}

/** So many users, each asking the next question as soon as it has its answer. */
export async function closedLoop(
  ask: Ask,
  questions: readonly Question[],
  users: number,
  { seconds, callsMax }: LoadLimits,
  signal: AbortSignal,
): Promise<LoadResult> {
  const tally = createTally();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let next = 0;
  const user = async (): Promise<void> => {
    while (next < callsMax && performance.now() < endsAt && !signal.aborted) {
      const question = questions[next % questions.length]!;
      next += 1;
      const askedAt = performance.now();
      const error = await ask(question, signal);
      if (!signal.aborted) tally.record(performance.now() - askedAt, error);
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  return { ...tally.result(), seconds: (performance.now() - startedAt) / 1_000 };
}
