import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { migrate } from '../migrations.ts';
import { SqliteConnectionPool } from './connection-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-pool-'));
const file = join(folder, 'test.db');
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();

it('who waits for a connection to a file that is taken away is refused, and no empty file is made', async () => {
  await migrate({ engine: 'sqlite', file });
  const pool = new SqliteConnectionPool(file, 1, 10);
  const lent = await pool.acquire(signal);
  const waiting = Promise.allSettled([pool.acquire(signal), pool.acquire(signal)]);
  renameSync(file, `${file}.away`);
  pool.release(lent);
  const refused = { status: 'rejected', reason: { reason: 'DATABASE_UNAVAILABLE' } };
  expect(await waiting).toMatchObject([refused, refused]);
  expect(existsSync(file)).toBe(false);

  renameSync(`${file}.away`, file);
  const again = await pool.acquire(signal);
  const next = pool.acquire(signal);
  pool.release(again);
  expect(await next).toBe(again);
  pool.release(again);
  await pool.close();
});
