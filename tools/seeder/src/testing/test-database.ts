import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMysql } from '@finance/mysql';
import { withConnection } from '../database/sql-connection.ts';
import type { StoredTarget } from '../database/target.ts';

export const engines = ['sqlite', 'mysql'] as const;

/** A database of one test's own; `drop` leaves nothing. */
export interface TestDatabase {
  readonly target: StoredTarget;
  /** As `--url` takes it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty database: a path in a folder of its own, or a database of the real MySQL. */
export async function createTestDatabase(engine: (typeof engines)[number]): Promise<TestDatabase> {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'seeder-'));
    const file = join(folder, 'test.db');
    return {
      target: { engine, file },
      url: `sqlite:${file}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const server = (await ensureMysql()).url;
  const name = `seeder_test_${randomBytes(6).toString('hex')}`;
  const run = (sql: string) => withConnection({ engine, url: server }, (connection) => connection.run(sql));
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    target: { engine, url: url.href },
    url: url.href,
    drop: async () => void (await run(`DROP DATABASE IF EXISTS ${name}`)),
  };
}
