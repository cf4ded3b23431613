import { mkdirSync } from 'node:fs';
import { pickFreePort, withLockFile } from '@finance/private-server';
import { lockPath, randomPassword, readRunning, urlOf, writeRecord } from './instance.ts';
import { findRedisServer } from './redis-binary.ts';
import { spawnRedis } from './redis-process.ts';
import { resolveSettings } from './settings.ts';
import type { RedisOptions } from './settings.ts';

/** A Redis that answered a moment ago. */
export interface RunningRedis {
  /** `redis://:password@host:port` */
  readonly url: string;
}

/**
 * Makes sure that a Redis answers and says how to reach it: the server of REDIS_URL when that is set, else a private one
 * of the options' folder, started if need be. Safe to call from many processes at once; a private server outlives its
 * caller and keeps nothing on disk. Throws SetupError whose message says what to do.
 */
export async function ensureRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const settings = resolveSettings(options);
  const { env, folder, instanceId, progress } = settings;
  const running = readRunning(folder);
  const given = env['REDIS_URL'];
  if (given && (!running || given !== urlOf(running))) return { url: given };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const onWait = (pid: number) => progress(`waiting for process ${pid}, which is starting or stopping Redis`);
  return withLockFile(lockPath(folder), onWait, async () => {
    const present = readRunning(folder);
    if (present) return { url: urlOf(present) };
    const binary = await findRedisServer(settings);
    const login = { port: await pickFreePort(instanceId), password: randomPassword() };
    progress(`starting Redis ${binary.version} on 127.0.0.1:${login.port}`);
    const child = await spawnRedis(binary, folder, login, true);
    const { source, version } = binary;
    writeRecord(folder, { ...login, source, version, pid: child.pid! });
    return { url: urlOf(login) };
  });
}
