import { DomainError } from '@finance/domain';

/**
 * Hands an item to the stream's consumer; resolves when the consumer asks for more, so that nothing is produced ahead.
 * Rejects when the consumer has left or the signal aborts, also for one who never comes back.
 */
export type Emit<T> = (item: T, signal: AbortSignal) => Promise<void>;

type Step<T> = { readonly item: T } | { readonly end: true } | { readonly error: unknown };

/**
 * Turns work that produces items inside callbacks, such as those of a database snapshot, into a stream. The work begins
 * with the first item asked for. A consumer who leaves early makes `emit` reject and waits until the work has ended,
 * so that whatever the work holds is given back. The stream ends as the work does.
 */
export async function* streamOf<T>(work: (emit: Emit<T>) => Promise<void>): AsyncGenerator<T, void, undefined> {
  let next = Promise.withResolvers<Step<T>>();
  let outcome: Step<T> | undefined;
  /** Lets the work go on, or unwinds it. */
  let settleEmit: ((problem?: DomainError) => void) | undefined;

  const emit: Emit<T> = (item, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => settleEmit?.(callerLeft(signal));
      settleEmit = (problem) => {
        settleEmit = undefined;
        signal.removeEventListener('abort', abort);
        if (problem) reject(problem);
        else resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      next.resolve({ item });
      if (signal.aborted) abort();
    });
  const finish = (step: Step<T>): void => {
    outcome = step;
    next.resolve(step);
  };
  const ended = work(emit).then(
    () => finish({ end: true }),
    (error: unknown) => finish({ error }),
  );

  try {
    for (;;) {
      const step = await next.promise;
      if ('error' in step) throw step.error;
      if ('end' in step) return;
      next = Promise.withResolvers();
      // The work may have been aborted while its last item waited here.
      if (outcome) next.resolve(outcome);
      yield step.item;
      settleEmit?.();
    }
  } finally {
    settleEmit?.(new DomainError('CANCELLED', 'the call was cancelled by its caller'));
    await ended;
  }
}

const callerLeft = (signal: AbortSignal): DomainError =>
  signal.reason instanceof DomainError
    ? signal.reason
    : new DomainError('CANCELLED', 'the call was cancelled by its caller');
