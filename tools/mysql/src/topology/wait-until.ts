import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SetupError } from '@finance/private-server';

const pollIntervalMs = 100;
/** A group of three on two busy cores takes half a minute to form. */
const waitMaxMs = 180_000;

/**
 * Asks until `ask` gives a value that is neither undefined nor false, and returns it. An ask that throws is asked again.
 * After three minutes throws SetupError that names what was waited for, and the last error.
 */
export async function waitUntil<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  let last: unknown;
  for (const giveUpAt = Date.now() + waitMaxMs; Date.now() < giveUpAt; await sleep(pollIntervalMs)) {
    try {
      const value = await ask();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
  }
  const why = last === undefined ? '' : `: ${messageOf(last)}`;
  throw new SetupError(`${what}: not within ${waitMaxMs / 1000} s${why}`);
}
