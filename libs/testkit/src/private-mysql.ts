import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMysql, mysqlStatus, stopMysql } from '@finance/mysql';
import { migrate } from '@finance/schema';
import { afterAll } from 'vitest';

/** A server of the test file's own, for what the shared one must not suffer: global settings, purges, restarts. */
export interface PrivateMysql {
  /** Of an administrator, in the database of our tables. */
  readonly url: string;
  readonly port: number;
  /** Its data, to be copied or replaced while it is stopped. */
  readonly dataFolder: string;
  /** Lets running statements end. */
  stop(): Promise<void>;
  /** Ends it as a loss of power to the process does. */
  kill(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
}

/**
 * Starts a private MySQL, some 5 seconds; after the file's tests it is stopped and deleted. It has our tables but with
 * `empty`, for a replica, whose tables come from its source.
 */
export async function withPrivateMysql(content: 'tables' | 'empty' = 'tables'): Promise<PrivateMysql> {
  const folder = mkdtempSync(join(tmpdir(), 'finance_test_mysql_'));
  const options = { folder, env: { ...process.env, MYSQL_URL: undefined }, progress: () => undefined };
  afterAll(async () => {
    await stopMysql({ ...options, purge: true });
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
  const { url, port } = await ensureMysql(options);
  if (content === 'tables') await migrate({ engine: 'mysql', url });
  return {
    url,
    port,
    dataFolder: join(folder, 'data'),
    stop: async () => void (await stopMysql(options)),
    kill: async () => {
      const { pid } = await mysqlStatus(options);
      if (pid) process.kill(pid, 'SIGKILL');
    },
    start: async () => void (await ensureMysql(options)),
  };
}
