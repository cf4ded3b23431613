import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@finance/schema';
import { resolveTarget, seedDatabase, withConnection } from '@finance/seeder';
import type { LoadProgress, ProfileName, SeedParameters, StoredTarget } from '@finance/seeder';
import { BenchError } from '../cli/bench-error.ts';
import { resultFolder } from '../result-file.ts';
import { requireNamedHost } from './loopback.ts';

/** The options that choose a database, as parsed. */
export interface DatabaseFlags {
  readonly store?: 'sqlite' | 'mysql' | undefined;
  readonly url?: string | undefined;
  readonly records?: number | undefined;
  readonly users?: number | undefined;
  readonly profile?: ProfileName | undefined;
  readonly seed?: number | undefined;
  /** Of a MySQL server that is not this machine. */
  readonly host?: string | undefined;
}

/** A database to measure, and the parameters it was filled with, where the bench did it. */
export interface BenchTarget {
  readonly target: StoredTarget;
  readonly generated: SeedParameters | null;
}

const recordsPerUser = 100;
const usersMax = 10_000;
const usersMin = 10;

/** The parameters of generated data: the defaults of those that are not given depend on the number of records. */
export function generatedData(flags: DatabaseFlags, recordsDefault: number): SeedParameters {
  const { profile = 'company', seed = 1, records = recordsDefault } = flags;
  const users = flags.users ?? Math.min(usersMax, Math.max(usersMin, Math.round(records / recordsPerUser)));
  return { profile, seed, records, users };
}

/**
 * The database of `--url`, else of DATABASE_URL unless `--records` is given, else one of the bench's own that holds
 * `--records` generated records: a SQLite file in var/bench or a MySQL database `finance_bench_<records>…`, filled now
 * when it is not there yet, and continued when its filling was interrupted.
 * @throws BenchError for contradictory options and for hosts that nobody named
 */
export async function benchTarget(
  flags: DatabaseFlags,
  recordsDefault: number,
  progress: LoadProgress,
): Promise<BenchTarget> {
  if (flags.url !== undefined && flags.records !== undefined) {
    throw new BenchError('--url is a database that is there, --records one to be made; give only one');
  }
  const fromEnvironment = flags.url === undefined ? process.env['DATABASE_URL'] || undefined : undefined;
  if (flags.url !== undefined || (fromEnvironment !== undefined && flags.records === undefined)) {
    const { store, url } = flags;
    const target = await resolveTarget({ store, url });
    if (target.engine === 'mysql' && fromEnvironment) requireNamedHost(target.url, 'DATABASE_URL', flags.host);
    if (target.engine === 'sqlite' && !existsSync(target.file)) {
      throw new BenchError(`there is no file ${target.file}; fill one with seeder:run, or give --records`);
    }
    return { target, generated: null };
  }
  const generated = generatedData(flags, recordsDefault);
  const target = flags.store === 'mysql' ? await mysqlDatabase(generated, flags.host) : sqliteFile(generated);
  await seedDatabase(target, generated, progress);
  // A database that an older release of the bench has filled.
  await migrate(target);
  return { target, generated };
}

/** All parameters that are not the default, so that no two loads want the same database. */
function databaseName(generated: SeedParameters): string {
  const { profile, records, seed, users } = generated;
  const defaults = generatedData({ records }, records);
  const parts = [`finance_bench_${records}`];
  if (users !== defaults.users) parts.push(`users_${users}`);
  if (profile !== defaults.profile) parts.push(profile);
  if (seed !== defaults.seed) parts.push(`seed_${seed}`);
  return parts.join('_');
}

const sqliteFile = (generated: SeedParameters): StoredTarget => ({
  engine: 'sqlite',
  file: join(resultFolder(), `${databaseName(generated)}.db`),
});

async function mysqlDatabase(generated: SeedParameters, host: string | undefined): Promise<StoredTarget> {
  const { DATABASE_URL: _other, ...env } = process.env;
  const server = await resolveTarget({ store: 'mysql' }, env);
  if (server.engine !== 'mysql') throw new BenchError('MYSQL_URL must be a mysql:// URL');
  requireNamedHost(server.url, 'MYSQL_URL', host);
  const name = databaseName(generated);
  await withConnection(server, async (connection) => {
    await connection.run(`CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  });
  return { engine: 'mysql', url: Object.assign(new URL(server.url), { pathname: `/${name}` }).href };
}
