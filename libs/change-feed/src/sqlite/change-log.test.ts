import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyPointOf, migrate, openSqlite, positionText } from '@finance/schema';
import { insertDataSet, sampleCompany } from '@finance/testkit';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Mirror } from '../testing/mirror.ts';
import { stateInDatabase } from '../testing/table-state.ts';
import { openSqliteFeed } from './open-sqlite-feed.ts';
import { pruneLog } from './prune-log.ts';

const { signal } = new AbortController();
const rebuild = { kind: 'rebuild' };

let folder: string;
let file: string;
/** Somebody who writes plain SQL. */
let plain: Sqlite.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'finance_feed_'));
  file = join(folder, 'test.db');
  await migrate({ engine: 'sqlite', file });
  const database = openSqlite(file);
  await insertDataSet(database, sampleCompany(20, 30));
  await database.close();
  plain = new Sqlite(file);
});

afterEach(() => {
  plain.close();
  rmSync(folder, { recursive: true, force: true });
});

async function withMirror(work: (mirror: Mirror) => Promise<void>): Promise<void> {
  const mirror = await Mirror.start(openSqliteFeed(file));
  try {
    await work(mirror);
  } finally {
    await mirror.stop();
  }
}

async function expectInStep(mirror: Mirror): Promise<void> {
  await mirror.fence();
  const database = openSqlite(file);
  expect(mirror.state).toEqual(await stateInDatabase(database));
  await database.close();
}

it('writes of another connection arrive by themselves, and behind a fence at once', async () => {
  await withMirror(async (mirror) => {
    plain.exec('UPDATE orders SET user_id = 77 WHERE order_id = 1');
    await expect.poll(() => mirror.orders.get(1n)?.ownerUserId).toBe(77n);
    plain.exec('UPDATE orders SET user_id = 78 WHERE order_id = 1');
    await mirror.fence();
    expect(mirror.orders.get(1n)?.ownerUserId).toBe(78n);
  });
});

it('every way to change a row is logged', async () => {
  await withMirror(async (mirror) => {
    plain.exec(`
      REPLACE INTO customers (customer_id, name, admin_user_id) VALUES (1, 'replaced', 5), (500, 'new', 6);
      INSERT INTO orders (order_id, user_id, amount_cents, created_at) VALUES (2, 9, 1, 1)
        ON CONFLICT (order_id) DO UPDATE SET user_id = excluded.user_id;
      UPDATE OR REPLACE users SET id = 3 WHERE id = 4;
      UPDATE users SET department = 'elsewhere', tree_left = 0 WHERE id = 5;
      DELETE FROM financial_funds;`);
    await expectInStep(mirror);
    expect(mirror.users.has(4n)).toBe(false);
  });
});

it('what leaves the rows as they are is not logged', async () => {
  await withMirror(async (mirror) => {
    const { position } = mirror;
    plain.exec(
      'UPDATE users SET tree_left = tree_left + 1; UPDATE orders SET amount_cents = 5; DELETE FROM user_hierarchy',
    );
    await mirror.fence();
    expect(mirror.position).toBe(position);
  });
});

it('rows that were loaded past the triggers mean to rebuild', async () => {
  await withMirror(async (mirror) => {
    plain.exec('INSERT INTO change_log (table_code, row_id) VALUES (0, 0)');
    await expect(mirror.ended()).rejects.toMatchObject(rebuild);
  });
  await withMirror(expectInStep);
});

it('a follower whose place in the log was pruned rebuilds, one at its end does not', async () => {
  const feed = openSqliteFeed(file);
  const early = await feed.position(signal);
  plain.exec('UPDATE orders SET user_id = 1');
  const late = await feed.position(signal);
  plain.exec('DELETE FROM change_log WHERE sequence < (SELECT MAX(sequence) FROM change_log)');
  await expect(feed.follow(early, () => undefined, { signal })).rejects.toMatchObject(rebuild);
  const stopping = new AbortController();
  const positions: (string | null)[] = [];
  const following = feed.follow(late, ({ position }) => void positions.push(position), { signal: stopping.signal });
  plain.exec('UPDATE orders SET user_id = 2 WHERE order_id = 1');
  const next = await feed.position(signal);
  await expect.poll(() => positions).toEqual([next]);
  stopping.abort();
  await following;
  await feed.close();
});

const history = { kind: 'history' };

it('a place behind the end, or at another entry of the same number, is of another history', async () => {
  const feed = openSqliteFeed(file);
  const position = await feed.position(signal);
  const { historyId, point } = historyPointOf(position);
  const [sequence, mark] = point.split('.') as [string, string];
  for (const other of [`${BigInt(sequence) + 5n}.${mark}`, `${sequence}.${BigInt(mark) + 1n}`]) {
    const following = feed.follow(positionText({ historyId, point: other }), () => undefined, { signal });
    await expect(following).rejects.toMatchObject(history);
  }
  await feed.renewHistory(position, signal);
  await expect(feed.follow(position, () => undefined, { signal })).rejects.toMatchObject(history);
  const renewed = await feed.position(signal);
  await feed.renewHistory(position, signal);
  expect(await feed.position(signal)).toBe(renewed);
  await feed.close();
});

it('a history that cannot be renewed leaves no connection open', async () => {
  const other = `${file}.other`;
  await migrate({ engine: 'sqlite', file: other });
  const broken = new Sqlite(other);
  broken.exec('DROP TABLE history');
  broken.close();
  const feed = openSqliteFeed(other);
  await expect(feed.renewHistory('', signal)).rejects.toMatchObject({ kind: 'unavailable' });
  // The last connection takes it along.
  expect(existsSync(`${other}-wal`)).toBe(false);
  await feed.close();
});

it('a backup restored into the file is noticed although it has as many entries again', async () => {
  const backup = `${file}.backup`;
  await plain.backup(backup);
  await withMirror(async (mirror) => {
    plain.exec('UPDATE orders SET user_id = 3 WHERE order_id = 1');
    await mirror.fence();
    const restored = new Sqlite(backup);
    restored.exec('UPDATE orders SET user_id = 4 WHERE order_id = 1');
    await restored.backup(file);
    restored.close();
    await expect(mirror.ended()).rejects.toMatchObject(history);
  });
  await withMirror(expectInStep);
});

it('another file in the place of the followed one is noticed, positions are of it at once', async () => {
  const other = `${file}.other`;
  await plain.backup(other);
  const { ino } = statSync(other);
  const feed = openSqliteFeed(file);
  await feed.position(signal);
  await withMirror(async (mirror) => {
    plain.close();
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    renameSync(other, file);
    await expect(mirror.ended()).rejects.toMatchObject(history);
  });
  expect(statSync(file).ino).toBe(ino);
  plain = new Sqlite(file);
  plain.exec('UPDATE orders SET user_id = 5 WHERE order_id = 2');
  const newest = plain.prepare('SELECT MAX(sequence) FROM change_log').pluck().get();
  expect(historyPointOf(await feed.position(signal)).point.split('.')[0]).toBe(String(newest));
  await feed.close();
});

it('old entries are pruned in steps, new ones stay', () => {
  plain.exec(`DELETE FROM change_log; INSERT INTO change_log (sequence, table_code, row_id)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT 3000000 + i, 1, i FROM n`);
  const database = new Sqlite(file);
  database.defaultSafeIntegers(true);
  const left = () => database.prepare('SELECT COUNT(*) FROM change_log').pluck().get();
  expect(pruneLog(database, 4_001_501n)).toBe(true);
  expect(left()).toBe(1500n);
  expect(pruneLog(database, 4_001_501n)).toBe(false);
  expect(left()).toBe(1000n);
  expect(pruneLog(database, 4_001_501n)).toBe(false);
  plain.exec('BEGIN IMMEDIATE');
  database.pragma('busy_timeout = 0');
  expect(pruneLog(database, 4_002_500n)).toBe(true);
  expect(left()).toBe(1000n);
  plain.exec('ROLLBACK');
  database.close();
});

it('a missing trigger is told before it hides a change', async () => {
  await withMirror(async (mirror) => {
    plain.exec('DROP TRIGGER users_update_log');
    await expect(mirror.ended()).rejects.toMatchObject(rebuild);
  });
  const feed = openSqliteFeed(file);
  await expect(feed.check(signal)).rejects.toMatchObject({
    kind: 'setup',
    message: expect.stringContaining('users_update_log') as string,
  });
  await feed.close();
});
