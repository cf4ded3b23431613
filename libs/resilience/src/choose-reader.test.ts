import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase, type Database } from '@finance/schema';
import { startFaultProxy, withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChooseReader } from './choose-reader.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'finance-replica-'));
let primary: Database;
let upToDate: Database;
let behind: Database;
let position: string;

/** SQLite's replicas are copies of the file, with real positions. */
beforeAll(async () => {
  const file = (name: string) => join(folder, `${name}.db`);
  await migrate({ engine: 'sqlite', file: file('primary') });
  copyFileSync(file('primary'), file('behind'));
  primary = openDatabase({ engine: 'sqlite', file: file('primary') });
  ({ position } = await primary.transaction(signal, (session) =>
    session.run(sql`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (1, 'a', 0)`),
  ));
  await primary.close();
  copyFileSync(file('primary'), file('up-to-date'));
  primary = openDatabase({ engine: 'sqlite', file: file('primary') });
  upToDate = openDatabase({ engine: 'sqlite', file: file('up-to-date') });
  behind = openDatabase({ engine: 'sqlite', file: file('behind') });
});
afterAll(async () => {
  await Promise.all([primary, upToDate, behind].map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
});

it('the latest is read from the primary, whatever the replicas have', async () => {
  expect(await createChooseReader(primary, [upToDate])({ kind: 'latest' }, signal)).toBe(primary);
});

it('a position is read from a replica that has reached it, never from one that has not', async () => {
  const choose = createChooseReader(primary, [behind, upToDate, behind]);
  const seen = new Set<Database>();
  // On a loaded machine a replica may be too slow to be taken, and the primary answers.
  for (let i = 0; i < 100 && !seen.has(upToDate); i += 1)
    seen.add(await choose({ kind: 'at-least', position }, signal));
  expect([seen.has(upToDate), seen.has(behind)]).toEqual([true, false]);
  expect(await createChooseReader(primary, [behind])({ kind: 'at-least', position }, signal)).toBe(primary);
  const unreached = String(Number(position) + 1);
  expect(await choose({ kind: 'at-least', position: unreached }, signal)).toBe(primary);
});

it('what may be old comes from the replicas in turn', async () => {
  const choose = createChooseReader(primary, [behind, upToDate]);
  const seen = new Set<Database>();
  for (let i = 0; i < 100 && !(seen.has(behind) && seen.has(upToDate)); i += 1) {
    seen.add(await choose({ kind: 'any' }, signal));
  }
  expect([seen.has(behind), seen.has(upToDate)]).toEqual([true, true]);
});

const mysql = databases.find(({ name }) => name === 'mysql');
it.runIf(mysql)('a replica that is away or silent is passed over in a bounded time', async () => {
  const url = mysql?.target.engine === 'mysql' ? mysql.target.url : '';
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const replica = openDatabase({ engine: 'mysql', url: proxy.urlThrough(url) });
  const choose = createChooseReader(primary, [replica]);
  await expect.poll(() => choose({ kind: 'any' }, signal)).toBe(replica);
  for (const kind of ['refuse', 'blackhole'] as const) {
    await proxy.set({ kind });
    const startedAt = performance.now();
    expect(await choose({ kind: 'any' }, signal)).toBe(primary);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  }
  await proxy.close();
  await replica.close();
});
