import { DomainError } from '@finance/domain';
import { callerLeft } from '@finance/schema';

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
  /** @throws DomainError OVERLOADED, or what the signal aborted with while the call waited; it then waits no longer */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** A queue in which somebody waits longer is no burst any more; a hundred callers at once, all answered, are one. */
const burstMaxMs = 600;

/** Made once: under a flood the stack of each would cost more than the rest of its refusal. */
const tooManyWait = new DomainError('OVERLOADED', 'too many calls wait for the database; retry later');

interface Waiting {
  readonly sinceMs: number;
  readonly start: () => void;
}

/**
 * Those who wait have their turn in order of arrival. Once the first of them has waited for long, more comes than can be
 * done: then the last one is next, whose caller still waits for the answer. In order, everybody would be served just
 * before giving up. cockatiel's own bulkhead keeps the place of a caller who has left until it is their turn, so this
 * one is ours.
 */
export function createBulkhead({ runningMax, waitingMax }: BulkheadLimits): Bulkhead {
  // In order of arrival.
  const waiting: Waiting[] = [];
  let running = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(mine), 1);
        reject(callerLeft(signal));
      };
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const mine: Waiting = { sinceMs: performance.now(), start };
      waiting.push(mine);
      signal.addEventListener('abort', leave, { once: true });
    });
  const next = (): Waiting | undefined => {
    const isBurst = performance.now() - (waiting[0]?.sinceMs ?? 0) <= burstMaxMs;
    return isBurst ? waiting.shift() : waiting.pop();
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting.length;
    },
    run: async (signal, work) => {
      if (signal.aborted) throw callerLeft(signal);
      if (running < runningMax) running += 1;
      else if (waiting.length < waitingMax) await turn(signal);
      else throw tooManyWait;
      try {
        return await work();
      } finally {
        // The place goes to the next one, if there is any.
        const follower = next();
        if (follower) follower.start();
        else running -= 1;
      }
    },
  };
}
