import { instantOf, microsMax, microsMin } from '@finance/domain';
import type { Database } from '@finance/schema';
import { insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeFeed } from './change-feed.ts';
import { openChangeFeed } from './open-change-feed.ts';
import { Mirror } from './testing/mirror.ts';
import { stateInDatabase } from './testing/table-state.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

/** Of the years 1, 24, 99, 100, 1969, 1970, 2009, 2223, 2260 and 9999; some that one double of microseconds would hold. */
const instants = [
  ...[1, -1, 1_234_567_890_123_456, -12_345_678_901_234, 8_000_000_000_000_001],
  ...[microsMin, microsMin + 1n, -61_399_382_400_000_001n, -59_011_459_200_000_001n, -59_011_459_200_000_000n],
  ...[9_151_488_000_000_001n, microsMax - 499_998n, microsMax],
].map((micros) => instantOf(BigInt(micros)));

/** Ends the feed whatever happens in between. */
async function withMirror<T>(feed: ChangeFeed, work: (mirror: Mirror) => Promise<T>): Promise<T> {
  const mirror = await Mirror.start(feed);
  try {
    return await work(mirror);
  } finally {
    await mirror.stop();
  }
}

async function expectInStep(mirror: Mirror, database: Database): Promise<void> {
  await mirror.fence();
  expect(mirror.state).toEqual(await stateInDatabase(database));
}

describe.each(databases)('a change feed on $name', ({ database, target }) => {
  const run = (...statements: SQL[]) =>
    database.transaction(signal, async (session) => {
      for (const statement of statements) await session.run(statement);
    });
  const { amountColumn, amountParam, instantParam } = database.dialect;
  const insertFund = (id: bigint, cents: bigint, status: string, micros: number): SQL =>
    sql`INSERT INTO financial_funds (fund_id, handle_by, order_id, customer_id, ${sql.raw(amountColumn)}, currency_code,
      status, created_at, updated_at) VALUES (${id}, 1, NULL, ${2n ** 62n}, ${amountParam(cents)}, 'EUR', ${status},
      ${instantParam(micros)}, ${instantParam(0)})`;

  beforeEach(async () => insertDataSet(database, sampleCompany(30, 60)));

  it('can be followed, says the check', async () => {
    const feed = openChangeFeed(target);
    await expect(feed.check(signal)).resolves.toBeUndefined();
    await feed.close();
  });

  it('gives every value as SQL reads it, loaded and followed alike', async () => {
    const write = (base: bigint): SQL[] => [
      ...[0n, 5n, -5n, 99n, -100n, 999_999_999_999_999n, -999_999_999_999_999n, 123_456_789_012_345n].map((cents, n) =>
        insertFund(base + BigInt(n), cents, 'settled', n),
      ),
      ...instants.map((micros, n) => insertFund(base + 100n + BigInt(n), 1n, 'pending', micros)),
      sql`INSERT INTO users (id, name, role, department, parent_id, tree_left, tree_right)
        VALUES (${base + 1n}, ${'Zoë 😀 ' + 'ü'.repeat(150)}, 'staff', ${' '}, ${base}, 0, 0)`,
      sql`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (${base}, ${''}, ${-(2n ** 63n)})`,
    ];
    await run(...write(2n ** 53n + 1n));
    await withMirror(openChangeFeed(target), async (mirror) => {
      expect(mirror.state).toEqual(await stateInDatabase(database));
      await run(...write(2n ** 62n + 1n));
      await expectInStep(mirror, database);
      expect(mirror.funds.size).toBe(60 + 2 * (8 + instants.length));
    });
  });

  it('follows changed keys, deletions, and statements over many rows', async () => {
    await withMirror(openChangeFeed(target), async (mirror) => {
      await run(sql`UPDATE users SET id = id + 1000 WHERE id > 25`);
      await run(sql`DELETE FROM orders WHERE order_id < 20`, sql`UPDATE orders SET user_id = 7`);
      await run(sql`UPDATE financial_funds SET handle_by = handle_by + 1, status = 'cancelled'`);
      await run(sql`DELETE FROM customers`);
      await expectInStep(mirror, database);
    });
  });

  it('shows nothing of what was rolled back, as a whole or to a savepoint', async () => {
    await withMirror(openChangeFeed(target), async (mirror) => {
      const failing = database.transaction(signal, async (session) => {
        await session.run(sql`DELETE FROM users`);
        throw new Error('on purpose');
      });
      await expect(failing).rejects.toThrow('on purpose');
      await run(
        sql`UPDATE orders SET user_id = 3 WHERE order_id = 1`,
        sql`SAVEPOINT here`,
        sql`DELETE FROM financial_funds`,
        sql`ROLLBACK TO SAVEPOINT here`,
        sql`UPDATE orders SET user_id = 4 WHERE order_id = 2`,
      );
      await expectInStep(mirror, database);
      expect(mirror.users.size).toBe(30);
    });
  });

  it('a position comes with every commit, whatever it changed', async () => {
    await withMirror(openChangeFeed(target), async (mirror) => {
      const { position } = await database.transaction(signal, (session) =>
        session.run(sql`UPDATE org_state SET version = version + 1`),
      );
      await mirror.reach(position);
      expect(await database.hasReached(signal, mirror.position)).toBe(true);
    });
  });

  it('loading while others write ends in their state, and replaying changes nothing', async () => {
    let writing = true;
    let written = 0;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; writing; n += 1) {
        const id = BigInt(1000 + writer * 100_000 + n);
        await run(
          insertFund(id, BigInt(n), 'pending', n),
          sql`UPDATE orders SET user_id = ${n} WHERE order_id = ${1 + (n % 60)}`,
          sql`DELETE FROM financial_funds WHERE fund_id = ${id - 3n}`,
        );
        written += 1;
      }
    };
    const writers = [1, 2, 3].map(write);
    try {
      for (let round = 0; round < 3; round += 1) {
        await withMirror(openChangeFeed(target), async (mirror) => {
          const start = mirror.position;
          await mirror.fence();
          const replay = new Promise((resolve) => setTimeout(resolve, 50));
          await replay;
          if (round < 2) return;
          writing = false;
          await Promise.all(writers);
          await expectInStep(mirror, database);
          mirror.follow(start);
          await expectInStep(mirror, database);
        });
      }
    } finally {
      writing = false;
      await Promise.all(writers);
    }
    expect(written).toBeGreaterThan(10);
  });

  it('two followers see the same', async () => {
    await withMirror(openChangeFeed(target), (one) =>
      withMirror(openChangeFeed(target), async (two) => {
        await run(sql`UPDATE financial_funds SET status = 'approved'`);
        await expectInStep(one, database);
        await expectInStep(two, database);
      }),
    );
  });

  it('a large transaction comes in bounded parts, the last one with its position', async () => {
    const rows = 45_000;
    const digits = sql.raw(
      '(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)',
    );
    await withMirror(openChangeFeed(target), async (mirror) => {
      const before = mirror.batches.length;
      await run(sql`INSERT INTO orders (order_id, user_id, ${sql.raw(amountColumn)}, created_at)
        SELECT 100000 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n, 1, ${amountParam(1n)}, ${instantParam(0)}
        FROM ${digits} a, ${digits} b, ${digits} c, ${digits} d, ${digits} e
        WHERE a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n < ${rows}`);
      await mirror.fence();
      const batches = mirror.batches.slice(before);
      expect(batches.reduce((sum, batch) => sum + batch.changes, 0)).toBeGreaterThanOrEqual(rows);
      expect(batches.filter((batch) => batch.position === null).length).toBeGreaterThan(0);
      expect(Math.max(...batches.map((batch) => batch.changes))).toBeLessThan(6_000);
      expect(mirror.orders.size).toBe(60 + rows);
    });
  });

  it('nothing that was acknowledged is missing behind the fence, and much is without it', async () => {
    const writersCount = 8;
    const writesEach = 40;
    await withMirror(openChangeFeed(target), async (mirror) => {
      let staleBehindFence = 0;
      let staleWithout = 0;
      const write = async (writer: number): Promise<void> => {
        for (let n = 0; n < writesEach; n += 1) {
          const id = BigInt(10_000 + writer * 1000 + n);
          await run(insertFund(id, 1n, 'pending', 0));
          if (!mirror.funds.has(id)) staleWithout += 1;
          await mirror.fence();
          if (!mirror.funds.has(id)) staleBehindFence += 1;
        }
      };
      await Promise.all(Array.from({ length: writersCount }, (_, writer) => write(writer)));
      expect(staleBehindFence).toBe(0);
      expect(staleWithout).toBeGreaterThan(0);
    });
  });

  it('a column more means to rebuild, with the new column there it can be followed again', async () => {
    await withMirror(openChangeFeed(target), async (mirror) => {
      await run(sql`ALTER TABLE customers ADD COLUMN note INTEGER NOT NULL DEFAULT 5`);
      await expect(mirror.ended()).rejects.toMatchObject({ kind: 'rebuild' });
    });
    await withMirror(openChangeFeed(target), async (mirror) => {
      await run(sql`UPDATE customers SET admin_user_id = 1, note = 6`);
      await expectInStep(mirror, database);
    });
    await run(sql`ALTER TABLE customers DROP COLUMN note`);
  });

  it('a consumer’s error ends the feed and is passed on', async () => {
    const feed = openChangeFeed(target);
    const following = feed.follow(
      await feed.position(signal),
      () => {
        throw new Error('the consumer failed');
      },
      { signal },
    );
    // At once: it may end before the second write does.
    const passedOn = following.catch((error: Error) => error.message);
    await run(sql`UPDATE orders SET user_id = 1 WHERE order_id = 1`);
    await run(sql`UPDATE orders SET user_id = 2 WHERE order_id = 1`);
    expect(await passedOn).toBe('the consumer failed');
    await feed.close();
  });

  it('a database that is not there is unavailable', async () => {
    const nowhere =
      target.engine === 'mysql'
        ? ({ engine: 'mysql', url: 'mysql://nobody:x@127.0.0.1:1/finance' } as const)
        : ({ engine: 'sqlite', file: `${target.file}.missing` } as const);
    const feed = openChangeFeed(nowhere);
    await expect(feed.check(signal)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(feed.position(signal)).rejects.toMatchObject({ kind: 'unavailable' });
    await feed.close();
  });
});
