import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '@finance/private-server';
import { randomPassword, urlOf } from './instance.ts';
import { findRedisServer } from './redis-binary.ts';
import { spawnRedis } from './redis-process.ts';
import { resolveSettings } from './settings.ts';

/** A Redis of this process alone, to be hurt by tests. It ends with `stop`, or with this process. */
export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Kills it as SIGKILL does; everything in it is lost. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same place. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Redis on a free port with a password. Throws SetupError when this machine cannot. */
export async function startPrivateRedis(): Promise<PrivateRedis> {
  const binary = await findRedisServer(resolveSettings());
  const folder = mkdtempSync(join(tmpdir(), 'finance-redis-'));
  const login = { port: await pickFreePort(folder), password: randomPassword() };
  let child = await spawnRedis(binary, folder, login, false);
  const killAtExit = () => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: urlOf(login),
    port: login.port,
    kill,
    restart: async () => {
      await kill();
      child = await spawnRedis(binary, folder, login, false);
    },
    stop: async () => {
      process.off('exit', killAtExit);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
