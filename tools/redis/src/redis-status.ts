import { messageOf } from '@finance/private-server';
import { readRunning } from './instance.ts';
import { pingRedis } from './ping.ts';
import { logPath } from './redis-process.ts';
import { resolveSettings } from './settings.ts';
import type { RedisOptions } from './settings.ts';

const pingTimeoutMs = 3_000;

/** The state of the private server; fields that are not known are absent. Holds no password. */
export interface RedisStatus {
  readonly running: boolean;
  readonly source?: string;
  readonly version?: string;
  readonly address?: string;
  readonly pid?: number;
  readonly folder: string;
  readonly log?: string;
  /** Why a server that should answer does not. */
  readonly problem?: string;
}

/** Looks, changes nothing, takes no lock. */
export async function redisStatus(options: RedisOptions = {}): Promise<RedisStatus> {
  const { folder } = resolveSettings(options);
  const record = readRunning(folder);
  if (!record) return { running: false, folder };
  const { source, version, pid, port, password } = record;
  const known = { source, version, address: `127.0.0.1:${port}`, pid, folder, log: logPath(folder) };
  return pingRedis(port, password, pingTimeoutMs).then(
    () => ({ running: true, ...known }),
    (error: unknown) => ({ running: false, ...known, problem: messageOf(error) }),
  );
}
