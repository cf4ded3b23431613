import { DomainError } from '@finance/domain';
import { callerLeft } from '@finance/schema';

/** What one kind of work may take at a time. */
export interface BulkheadLimits {
  readonly runningMax: number;
  /** Calls that may wait for their turn before new ones are refused. */
  readonly waitingMax: number;
}

/** Lets so many calls run, so many wait in order of arrival, and refuses the rest at once. */
export interface Bulkhead {
  readonly running: number;
  readonly waiting: number;
  /** @throws DomainError OVERLOADED, or what the signal aborted with while the call waited; it then waits no longer */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** cockatiel's own bulkhead keeps the place of a caller who has left until it is their turn, so this one is ours. */
export function createBulkhead({ runningMax, waitingMax }: BulkheadLimits): Bulkhead {
  const waiting = new Set<() => void>();
  let running = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        waiting.delete(start);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(start);
        reject(callerLeft(signal));
      };
      waiting.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting.size;
    },
    run: async (signal, work) => {
      if (signal.aborted) throw callerLeft(signal);
      if (running < runningMax) running += 1;
      else if (waiting.size < waitingMax) await turn(signal);
      else throw new DomainError('OVERLOADED', 'too many calls wait for the database; retry later');
      try {
        return await work();
      } finally {
        // The place goes to the next one, if there is any.
        const [next] = waiting;
        if (next) next();
        else running -= 1;
      }
    },
  };
}
