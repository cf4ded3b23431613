import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cacheFolderOf, SetupError } from '@finance/private-server';
import type { Environment, Progress } from '@finance/private-server';

/** Where a private server may come from; `auto` tries the three in this order. */
export const privateSourceNames = ['path', 'docker', 'debian'] as const;
export type PrivateSourceName = (typeof privateSourceNames)[number];

/** What a caller may choose; every field has a default taken from `env`. */
export interface MysqlOptions {
  /** Folder of the server's data, log, password and lock. Default `FINANCE_MYSQL_DIR`, else `<workspace>/var/mysql`. */
  readonly folder?: string;
  /** Folder of downloaded packages, shared by all workspaces. Default `FINANCE_CACHE_DIR`, else the user's cache. */
  readonly cacheFolder?: string;
  /** Use only this source. Default `FINANCE_MYSQL_SOURCE`, else all in order. */
  readonly source?: PrivateSourceName | 'auto';
  /** Default: one line each on stderr. */
  readonly progress?: Progress;
  /** Default `process.env`. */
  readonly env?: Environment;
}

/** MysqlOptions with every default filled in. */
export interface MysqlSettings {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly source: PrivateSourceName | 'auto';
  readonly progress: Progress;
  readonly env: Environment;
  /** Short name of this folder, for sockets and containers: two folders never share one. */
  readonly instanceId: string;
}

const workspaceFolder = resolve(import.meta.dirname, '../../..');

/** Fills in the defaults. Throws SetupError on an unknown source. */
export function resolveSettings(options: MysqlOptions = {}): MysqlSettings {
  const env = options.env ?? process.env;
  const folder = resolve(options.folder ?? (env['FINANCE_MYSQL_DIR'] || join(workspaceFolder, 'var', 'mysql')));
  return {
    folder,
    cacheFolder: resolve(options.cacheFolder ?? cacheFolderOf(env)),
    source: options.source ?? sourceOf(env['FINANCE_MYSQL_SOURCE'] || 'auto'),
    progress: options.progress ?? ((line) => void process.stderr.write(`mysql: ${line}\n`)),
    env,
    instanceId: createHash('sha256').update(folder).digest('hex').slice(0, 10),
  };
}

/** Checks a source given as text. Throws SetupError naming the possible ones. */
export function sourceOf(text: string): PrivateSourceName | 'auto' {
  const names = ['auto', ...privateSourceNames] as const;
  const found = names.find((name) => name === text);
  if (!found) throw new SetupError(`unknown source "${text}": choose one of ${names.join(', ')}`);
  return found;
}
