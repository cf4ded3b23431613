import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cacheFolderOf } from '@finance/private-server';
import type { Environment, Progress } from '@finance/private-server';

/** What a caller may choose; every field has a default taken from `env`. */
export interface RedisOptions {
  /** Folder of the server's log, password and lock. Default `FINANCE_REDIS_DIR`, else `<workspace>/var/redis`. */
  readonly folder?: string;
  /** Default: one line each on stderr. */
  readonly progress?: Progress;
  /** Default `process.env`. */
  readonly env?: Environment;
}

/** RedisOptions with every default filled in. */
export interface RedisSettings {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly progress: Progress;
  readonly env: Environment;
  /** Short name of this folder: two folders rarely try the same port first. */
  readonly instanceId: string;
}

const workspaceFolder = resolve(import.meta.dirname, '../../..');

/** Fills in the defaults. */
export function resolveSettings(options: RedisOptions = {}): RedisSettings {
  const env = options.env ?? process.env;
  const folder = resolve(options.folder ?? (env['FINANCE_REDIS_DIR'] || join(workspaceFolder, 'var', 'redis')));
  return {
    folder,
    cacheFolder: resolve(cacheFolderOf(env)),
    progress: options.progress ?? ((line) => void process.stderr.write(`redis: ${line}\n`)),
    env,
    instanceId: createHash('sha256').update(folder).digest('hex').slice(0, 10),
  };
}
