import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLockFile } from '@finance/private-server';
import { lockPath, readRunning } from './instance.ts';
import { resolveSettings } from './settings.ts';
import type { RedisOptions } from './settings.ts';

const pollIntervalMs = 20;
const forceAfterMs = 5_000;

/** Stops the folder's private server and returns whether it ran. The server of REDIS_URL is never touched. */
export async function stopRedis(options: RedisOptions = {}): Promise<boolean> {
  const { folder, progress } = resolveSettings(options);
  if (!existsSync(folder)) return false;
  const onWait = (pid: number) => progress(`waiting for process ${pid}, which is starting or stopping Redis`);
  return withLockFile(lockPath(folder), onWait, async () => {
    const running = readRunning(folder);
    if (!running) return false;
    process.kill(running.pid, 'SIGTERM');
    for (const forceAt = Date.now() + forceAfterMs; readRunning(folder); await sleep(pollIntervalMs)) {
      if (Date.now() > forceAt) process.kill(running.pid, 'SIGKILL');
    }
    return true;
  });
}
