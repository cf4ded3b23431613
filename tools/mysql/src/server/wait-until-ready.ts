import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SetupError } from '@finance/private-server';
import type { MysqlSettings } from '../settings.ts';
import { pingServer } from './ping.ts';
import type { ServerGreeting } from './ping.ts';

const pollIntervalMs = 100;
const connectTimeoutMs = 2000;
/** Recovery after a crash in the middle of a bulk load replays up to 1 GiB of log. */
const readyMaxMs = 5 * 60_000;
const reportIntervalMs = 5000;

/**
 * Asks 127.0.0.1 until the server answers as this user. `whyEnded` gives a reason once the server cannot answer any
 * more; then, and after five minutes, throws SetupError.
 */
export async function waitUntilReady(
  login: { readonly port: number; readonly user: string; readonly password: string },
  settings: MysqlSettings,
  whyEnded: () => Promise<string | undefined>,
): Promise<ServerGreeting> {
  const startedAt = Date.now();
  for (let reportAt = startedAt + reportIntervalMs; ;) {
    try {
      return await pingServer({ ...login, host: '127.0.0.1' }, connectTimeoutMs);
    } catch (error) {
      const ended = await whyEnded();
      if (ended) throw new SetupError(ended);
      const now = Date.now();
      if (now - startedAt > readyMaxMs) {
        throw new SetupError(`the server on port ${login.port} does not answer: ${messageOf(error)}`);
      }
      if (now >= reportAt) {
        settings.progress(`waiting for the server on port ${login.port} (${Math.round((now - startedAt) / 1000)} s)`);
        reportAt = now + reportIntervalMs;
      }
      await sleep(pollIntervalMs);
    }
  }
}
