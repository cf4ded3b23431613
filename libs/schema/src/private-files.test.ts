import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { migrate } from './migrations.ts';
import { makePrivate } from './private-files.ts';
import { openSqlite } from './sqlite/database.ts';

const root = mkdtempSync(join(tmpdir(), 'finance-private-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
let made = 0;
beforeEach(() => mkdirSync((folder = join(root, String(made++)))));

const modes = () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  );
const { signal } = new AbortController();

it('a new database is private with all its files, although new files of this process are not', async () => {
  writeFileSync(join(folder, 'other'), '');
  const file = join(folder, 'finance.db');
  await migrate({ engine: 'sqlite', file });
  const database = openSqlite(file);
  try {
    await database.transaction(signal, (session) => session.run(sql`UPDATE org_state SET tree_in_step = 1`));
    expect(modes()).toEqual({ other: '644', 'finance.db': '600', 'finance.db-wal': '600', 'finance.db-shm': '600' });
  } finally {
    await database.close();
  }
});

it('one that others can read is narrowed as it is opened, and so is one that takes its place', async () => {
  const file = join(folder, 'finance.db');
  await migrate({ engine: 'sqlite', file });
  chmodSync(file, 0o664);
  const database = openSqlite(file);
  try {
    await database.ping(signal);
    expect(modes()).toMatchObject({ 'finance.db': '600' });
    const restored = join(folder, 'restored.db');
    await migrate({ engine: 'sqlite', file: restored });
    chmodSync(restored, 0o644);
    renameSync(restored, file);
    // The connections of before find out at their end.
    for (let call = 0; call < 2; call++) await database.ping(signal);
    expect(modes()).toMatchObject({ 'finance.db': '600' });
  } finally {
    await database.close();
  }
});

it('what others own, or nobody has made yet, is no problem', () => {
  makePrivate(':memory:');
  makePrivate(join(folder, 'new.db'));
  expect(modes()).toEqual({ 'new.db': '600' });
});
