import { callerOf, DomainError } from '@finance/domain';
import { callerLeft } from '@finance/schema';
import { createCallerQueues, type CallerQueue } from './caller-queues.ts';

/** What one kind of work may take at a time. */
export interface BulkheadLimits {
  readonly runningMax: number;
  /** Calls that may wait for their turn before new ones are refused. */
  readonly waitingMax: number;
}

/** Lets so many calls run, so many wait, and refuses the rest at once. */
export interface Bulkhead {
  readonly running: number;
  readonly waiting: number;
  /**
   * For the caller that the signal belongs to, who has half of the places while others come, too.
   * @throws DomainError OVERLOADED, or what the signal aborted with while the call waited; it then waits no longer
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Made once: under a flood the stack of each would cost more than the rest of its refusal. */
const tooManyWait = new DomainError('OVERLOADED', 'too many calls wait for the database; retry later');
const tooManyOfCaller = new DomainError(
  'OVERLOADED',
  'too many calls of this caller wait for the database; retry later',
);

const halfOf = (max: number): number => Math.max(1, Math.floor(max / 2));

/**
 * A place that becomes free goes to the caller who has the fewest. While others have come lately, nobody has more than
 * half of the places, waiting ones included: a call that takes seconds is not stopped for the next. cockatiel's own
 * bulkhead keeps the place of a caller who has left until it is their turn, and knows no callers, so this one is ours.
 */
export function createBulkhead({ runningMax, waitingMax }: BulkheadLimits): Bulkhead {
  const queues = createCallerQueues();
  let running = 0;

  const mayRun = (queue: CallerQueue): boolean =>
    running < runningMax && (queue.running < halfOf(runningMax) || !queues.areOthersHere(queue));
  const take = (queue: CallerQueue): void => {
    running += 1;
    queue.running += 1;
    queue.servedMs = performance.now();
  };
  const turn = (queue: CallerQueue, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        queues.leave(queue, mine);
        reject(callerLeft(signal));
      };
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const mine = queues.wait(queue, start);
      signal.addEventListener('abort', leave, { once: true });
    });
  const startNext = (): void => {
    for (let next = queues.next(mayRun); next; next = queues.next(mayRun)) {
      take(next.queue);
      next.start();
    }
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queues.waiting;
    },
    run: async (signal, work) => {
      if (signal.aborted) throw callerLeft(signal);
      const queue = queues.of(callerOf(signal));
      if (mayRun(queue)) take(queue);
      else if (queues.waiting >= waitingMax) throw tooManyWait;
      else if (queue.waiting.length >= halfOf(waitingMax) && queues.areOthersHere(queue)) throw tooManyOfCaller;
      else await turn(queue, signal);
      try {
        return await work();
      } finally {
        running -= 1;
        queue.running -= 1;
        startNext();
      }
    },
  };
}
