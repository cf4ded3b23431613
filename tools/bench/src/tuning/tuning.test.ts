import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMysql } from '@finance/mysql';
import { seedDatabase, withConnection } from '@finance/seeder';
import { afterAll, expect, test } from 'vitest';
import { measureSettings } from './measure-settings.ts';
import { keepingGlobals, tunedSettings, withSetting } from './tuned-settings.ts';
import type { TuningRow } from './tuning-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-tuning-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sqlite = { engine: 'sqlite', file: join(folder, 'finance.db') } as const;

test('every SQLite setting is measured with both values and nothing is left behind', async () => {
  await seedDatabase(sqlite, { users: 50, records: 500, profile: 'company', seed: 7 });
  const tables = () =>
    withConnection(sqlite, (connection) => connection.all(`SELECT name FROM sqlite_master WHERE type = 'table'`));
  const before = await tables();
  const rows: TuningRow[] = [];
  await measureSettings(sqlite, 1n, 2, new AbortController().signal, (row) => rows.push(row));
  expect(rows.map(({ setting }) => setting)).toEqual(['cache_size', 'mmap_size', 'synchronous']);
  expect(rows.every(({ ratio }) => Number.isFinite(ratio) && ratio > 0)).toBe(true);
  expect(await tables()).toEqual(before);
});

test('a setting of SQLite holds on the connection that is measured', async () => {
  const setting = tunedSettings.sqlite.find(({ name }) => name === 'cache_size')!;
  const [row] = await withSetting(sqlite, setting, '-4096', (connection) => connection.all('PRAGMA cache_size'));
  expect(row).toEqual({ cache_size: -4096n });
});

test('a global setting of MySQL is new for new connections, and as before in the end, even after a failure', async () => {
  const target = { engine: 'mysql', url: (await ensureMysql()).url } as const;
  const setting = tunedSettings.mysql.find(({ name }) => name === 'range_optimizer_max_mem_size')!;
  const read = () =>
    withConnection(target, (connection) => connection.all('SELECT @@range_optimizer_max_mem_size AS n'));
  const [before] = await read();
  await expect(
    keepingGlobals(target, async () => {
      const rows = await withSetting(target, setting, '9000000', (connection) =>
        connection.all('SELECT @@range_optimizer_max_mem_size AS n'),
      );
      expect(rows).toEqual([{ n: 9_000_000n }]);
      throw new Error('planned');
    }),
  ).rejects.toThrow('planned');
  expect(await read()).toEqual([before]);
});
