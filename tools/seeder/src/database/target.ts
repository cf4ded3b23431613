import { ensureMysql } from '@finance/mysql';
import { parseDatabaseUrl, type DatabaseTarget } from '@finance/schema';
import { SeederError } from '../seeder-error.ts';

/** A database that outlives the process. */
export type StoredTarget = Exclude<DatabaseTarget, { engine: 'memory' }>;

export const storeNames = ['sqlite', 'mysql'] as const;

const sqliteDefaultUrl = 'sqlite:var/finance.db';

/** The options that choose a database, as on the command line. */
export interface TargetOptions {
  readonly store?: (typeof storeNames)[number] | undefined;
  readonly url?: string | undefined;
}

/**
 * The database of `--url`, else DATABASE_URL, else the default of `--store`: `sqlite:var/finance.db`, or MYSQL_URL, or
 * the workspace's private MySQL, which is started if need be.
 * @throws SeederError for an unusable or contradictory choice
 */
export async function resolveTarget(
  options: TargetOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StoredTarget> {
  const given = options.url ?? (env['DATABASE_URL'] || undefined);
  if (given === undefined) {
    const url = options.store === 'mysql' ? env['MYSQL_URL'] || (await ensureMysql()).url : sqliteDefaultUrl;
    return storedTarget(url, options.store === 'mysql' ? 'MYSQL_URL' : '--url');
  }
  const source = options.url === undefined ? 'DATABASE_URL' : '--url';
  const target = storedTarget(given, source);
  if (source === '--url' && target.engine === 'mysql' && new URL(target.url).password !== '') {
    process.stderr.write('the password in --url is seen in the list of processes: put the URL into DATABASE_URL\n');
  }
  if (options.store !== undefined && options.store !== target.engine) {
    throw new SeederError(`--store is ${options.store}, but ${source} is a ${target.engine} database; give only one`);
  }
  return target;
}

function storedTarget(url: string, source: string): StoredTarget {
  let target: DatabaseTarget;
  try {
    target = parseDatabaseUrl(url);
  } catch (error) {
    throw new SeederError(`${source} ${error instanceof Error ? error.message : 'cannot be used'}`);
  }
  if (target.engine === 'memory') throw new SeederError(`${source} is memory:, which holds nothing to work on`);
  return target;
}

/** Names a database for people, without its password. */
export function describeTarget(target: StoredTarget): string {
  if (target.engine === 'sqlite') return `sqlite:${target.file}`;
  const { hostname, port, pathname } = new URL(target.url);
  return `mysql://${hostname}:${port || '3306'}${pathname}`;
}
