import { DomainError, inOwnWords } from '@finance/domain';
import { withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { isDuplicateKey } from './duplicate-key.ts';
import { openDatabase } from './open-database.ts';
import { historyPointOf, positionText } from './position.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const reason = (expected: string) => expect.objectContaining({ reason: expected }) as DomainError;

describe.each(databases)('a database on $name', ({ name, database, target }) => {
  beforeEach(() =>
    database.transaction(signal, async (session) => {
      await session.run(sql`DELETE FROM customers`);
      await session.run(sql`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (1, 'a', 0), (2, 'b', 0)`);
    }),
  );

  const adminOf = async (customerId: number) => {
    const rows = await database.snapshot(signal, (session) =>
      session.all(sql`SELECT admin_user_id FROM customers WHERE customer_id = ${customerId}`),
    );
    return rows[0]?.['admin_user_id'];
  };
  /** Runs for minutes unless it is stopped. */
  const endless =
    name === 'mysql'
      ? sql`SELECT COUNT(*) AS endless FROM information_schema.collations a, information_schema.collations b,
          information_schema.collations c, information_schema.collations d`
      : sql`WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter
          WHERE n < 1000000000 AND ${database.dialect.whileCallerWaits(sql`n`)}) SELECT COUNT(*) AS endless FROM counter`;

  it('gives every engine’s values the same types', async () => {
    const { amountColumn, amountParam, instantParam } = database.dialect;
    const micros = 1_234_567_890_123_456;
    await database.transaction(signal, async (session) => {
      await session.run(sql`DELETE FROM orders`);
      await session.run(sql`INSERT INTO orders (order_id, user_id, customer_id, ${sql.raw(amountColumn)}, created_at)
        VALUES (${2n ** 63n - 1n}, 7, NULL, ${amountParam(-123_456_789_012_345n)}, ${instantParam(micros)})`);
    });
    const rows = await database.snapshot(signal, (session) =>
      session.all(
        sql`SELECT order_id, customer_id, ${sql.raw(amountColumn)} AS amount, created_at, COUNT(*) OVER () AS n FROM orders`,
      ),
    );
    expect(rows).toEqual([
      { order_id: 2n ** 63n - 1n, customer_id: null, amount: -123_456_789_012_345n, created_at: BigInt(micros), n: 1n },
    ]);
  });

  it('a snapshot does not see what others commit meanwhile', async () => {
    await database.snapshot(signal, async (session) => {
      const read = () => session.all(sql`SELECT admin_user_id FROM customers WHERE customer_id = 1`);
      expect(await read()).toEqual([{ admin_user_id: 0n }]);
      await database.transaction(signal, (other) =>
        other.run(sql`UPDATE customers SET admin_user_id = 9 WHERE customer_id = 1`),
      );
      expect(await read()).toEqual([{ admin_user_id: 0n }]);
    });
    expect(await adminOf(1)).toBe(9n);
  });

  it('a failed transaction changes nothing', async () => {
    const failing = database.transaction(signal, async (session) => {
      await session.run(sql`UPDATE customers SET admin_user_id = 5`);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await adminOf(1)).toBe(0n);
  });

  it.each(['before a statement', 'before the commit'])(
    'nothing is committed for a caller who left %s',
    async (when) => {
      const caller = new AbortController();
      const leaving = database.transaction(caller.signal, async (session) => {
        await session.run(sql`UPDATE customers SET admin_user_id = 5 WHERE customer_id = 1`);
        caller.abort();
        if (when === 'before a statement') await session.run(sql`UPDATE customers SET admin_user_id = 6`);
      });
      await expect(leaving).rejects.toThrow(reason('CANCELLED'));
      // Waits for what is still under way.
      await database.transaction(signal, (session) =>
        session.run(sql`UPDATE customers SET admin_user_id = admin_user_id + 1 WHERE customer_id = 1`),
      );
      expect(await adminOf(1)).toBe(1n);
    },
  );

  it('a commit’s position is reached, a later one is not', async () => {
    const { position } = await database.transaction(signal, (session) =>
      session.run(sql`UPDATE customers SET admin_user_id = 1`),
    );
    expect(await database.hasReached(signal, position)).toBe(true);
    const { historyId, point } = historyPointOf(position);
    const later =
      name === 'mysql' ? point.replace(/\d+$/, (last) => String(Number(last) + 1_000_000)) : `${'9'.repeat(18)}.1`;
    expect(await database.hasReached(signal, positionText({ historyId, point: later }))).toBe(false);
    expect(await database.hasReached(signal, positionText({ historyId: 'another', point }))).toBeUndefined();
    if (name === 'sqlite') {
      const sameNumber = point.replace(/.\d$/, (mark) => String(Number(mark) ^ 1));
      expect(await database.hasReached(signal, positionText({ historyId, point: sameNumber }))).toBeUndefined();
    }
    expect(await database.hasReached(signal, "x'; DROP TABLE users")).toBeUndefined();
  });

  it('stops the statement of a caller who leaves, at once, and serves the next one', async () => {
    const caller = new AbortController();
    const started = performance.now();
    setTimeout(() => caller.abort(new DomainError('DEADLINE_EXCEEDED', 'too late')), 100);
    const call = database.snapshot(caller.signal, (session) => session.all(endless));
    await expect(call).rejects.toThrow(reason('DEADLINE_EXCEEDED'));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await adminOf(2)).toBe(0n);
    if (name === 'mysql') {
      await expect
        .poll(() =>
          database.snapshot(signal, async (session) => {
            const rows = await session.all(sql`SELECT COUNT(*) AS n FROM performance_schema.processlist
              WHERE info LIKE '%AS endless%' AND info NOT LIKE '%processlist%'`);
            return rows[0]?.['n'];
          }),
        )
        .toBe(0n);
    }
  });

  it('serves all its callers after many left', async () => {
    const leaving = Array.from({ length: 30 }, () => {
      const caller = new AbortController();
      setTimeout(() => caller.abort(), 50);
      return database.snapshot(caller.signal, (session) => session.all(endless));
    });
    const outcomes = await Promise.allSettled(leaving);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(await Promise.all(Array.from({ length: 30 }, () => adminOf(1)))).toEqual(Array(30).fill(0n));
  });

  it('tells a duplicate key from other failures', async () => {
    const insert = database.transaction(signal, (session) =>
      session.run(sql`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (1, 'again', 0)`),
    );
    expect(await insert.catch(isDuplicateKey)).toBe(true);
    expect(await insert.catch(inOwnWords)).not.toMatch(/customer/);
    const broken = database.transaction(signal, (session) => session.run(sql`INSERT INTO nowhere VALUES (1)`));
    expect(await broken.catch(isDuplicateKey)).toBe(false);
  });

  it('two increments at once are both kept', async () => {
    const { forUpdate } = database.dialect;
    const increment = () =>
      database.transaction(signal, async (session) => {
        const rows = await session.all(
          sql`SELECT admin_user_id AS n FROM customers WHERE customer_id = 1 ${forUpdate}`,
        );
        await session.run(
          sql`UPDATE customers SET admin_user_id = ${(rows[0]!['n'] as bigint) + 1n} WHERE customer_id = 1`,
        );
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    expect(await adminOf(1)).toBe(20n);
  });

  if (target.engine === 'mysql') {
    it('without FOR UPDATE such increments are lost', async () => {
      const increment = () =>
        database.transaction(signal, async (session) => {
          const rows = await session.all(sql`SELECT admin_user_id AS n FROM customers WHERE customer_id = 1`);
          await session.run(
            sql`UPDATE customers SET admin_user_id = ${(rows[0]!['n'] as bigint) + 1n} WHERE customer_id = 1`,
          );
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await adminOf(1)).toBeLessThan(20n);
    });

    it('runs a deadlocked transaction again', async () => {
      const ready = Promise.withResolvers<void>();
      let first = true;
      let runs = 0;
      const lockBoth = (one: number, other: number) =>
        database.transaction(signal, async (session) => {
          runs += 1;
          await session.run(sql`UPDATE customers SET admin_user_id = admin_user_id + 1 WHERE customer_id = ${one}`);
          if (first) {
            first = false;
            await ready.promise;
          } else ready.resolve();
          await session.run(sql`UPDATE customers SET admin_user_id = admin_user_id + 1 WHERE customer_id = ${other}`);
        });
      await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
      expect(runs).toBe(3);
      expect([await adminOf(1), await adminOf(2)]).toEqual([2n, 2n]);
    });

    it('refuses callers beyond the queue with OVERLOADED', async () => {
      const small = openDatabase(target, { connectionsMax: 1, waitingMax: 1 });
      try {
        const callers = Array.from({ length: 4 }, () =>
          small.snapshot(signal, (session) => session.all(sql`SELECT SLEEP(0.2) AS slept`)),
        );
        const outcomes = await Promise.allSettled(callers);
        const refused = outcomes
          .filter((outcome) => outcome.status === 'rejected')
          .map((outcome) => outcome.reason as unknown);
        expect(refused).toEqual([reason('OVERLOADED'), reason('OVERLOADED')]);
      } finally {
        await small.close();
      }
    });
  }
});

describe('a MySQL that is not there', () => {
  it('is reported as unavailable, without its address', async () => {
    const gone = openDatabase({ engine: 'mysql', url: 'mysql://user:secret@127.0.0.1:1/finance' });
    const error: unknown = await gone.ping(signal).catch((problem: unknown) => problem);
    expect(error).toEqual(reason('DATABASE_UNAVAILABLE'));
    expect((error as Error).message).not.toMatch(/127|secret|ECONN/);
    await gone.close();
  });
});
