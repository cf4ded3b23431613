import { join } from 'node:path';
import { ensureMysql, mysqlStatus, stopMysql } from '@finance/mysql';
import { migrate, openDatabase, workspaceRoot, type Database } from '@finance/schema';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet } from '@finance/testkit';

/** A MySQL of the fault scenarios alone, which they may kill. Its data folder is kept for the next run. */
export interface PrivateMysql {
  readonly url: string;
  readonly port: number;
  /** Ends it as a loss of power to the process does. */
  kill(): Promise<void>;
  /** Starts it again, with its data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const { MYSQL_URL: _shared, ...env } = process.env;
/** FINANCE_FAULTS_DIR moves the folder, for tests that run beside a command. */
const folder = env['FINANCE_FAULTS_DIR'] ?? join(workspaceRoot, 'var/mysql-faults');
const options = { folder, env, progress: () => undefined };

/** Starts it, with the tables of this release and a company: the same rows each time. */
export async function startPrivateMysql(): Promise<PrivateMysql> {
  await stopMysql(options);
  const { url, port } = await ensureMysql(options);
  return {
    url,
    port,
    kill: async () => {
      const { pid } = await mysqlStatus(options);
      if (pid) process.kill(pid, 'SIGKILL');
    },
    start: async () => {
      await ensureMysql(options);
    },
    stop: async () => {
      await stopMysql(options);
    },
  };
}

/** The company of the scenarios: small, so that its answers are quick and a fault is all that is slow. */
export const faultCompany = generateDataSet({ profile: 'company', users: 60, records: 2_000, seed: 5 });

/** Creates the tables that are missing and replaces all rows by {@link faultCompany}. */
export async function fillCompany(url: string): Promise<void> {
  const target = { engine: 'mysql', url } as const;
  await migrate(target);
  await withDatabase(url, (database) => insertDataSet(database, faultCompany));
}

/** Runs work on a pool of its own. */
export async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ engine: 'mysql', url });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
