import { insertDataSet, runPlainSql, sampleCompany, withTestDatabases } from '@finance/testkit';
import { describe, expect, it } from 'vitest';
import { openChangeFeed } from './open-change-feed.ts';
import type { PersonChange } from './rows/person-change.ts';
import { Mirror } from './testing/mirror.ts';

const databases = await withTestDatabases(import.meta.url);

/** Lets MySQL store any date. */
const anyDate = `/*+ SET_VAR(sql_mode = 'ALLOW_INVALID_DATES') */`;

const ofEngine = {
  sqlite: {
    statements: [
      `UPDATE financial_funds SET amount_cents = 0.5, created_at = 'soon' WHERE fund_id = 1`,
      `UPDATE financial_funds SET order_id = 'x', status = 'odd' WHERE fund_id = 2`,
      `UPDATE users SET name = x'00', role = 'chief', parent_id = 'x' WHERE id = 3`,
      `UPDATE orders SET user_id = 'x' WHERE order_id = 4`,
      `UPDATE customers SET name = 7.5, admin_user_id = x'00' WHERE customer_id = 5`,
    ],
    unreadable: {
      'funds 1': ['amount', 'created_at'],
      'funds 2': ['order_id', 'status'],
      'users 3': ['name', 'role', 'parent_id'],
      'orders 4': ['user_id'],
      'customers 5': ['admin_user_id'],
    },
    concerningAll: [],
  },
  mysql: {
    statements: [
      `UPDATE ${anyDate} financial_funds SET created_at = '0000-00-00', updated_at = '2023-02-29' WHERE fund_id = 1`,
      `UPDATE financial_funds SET status = 'odd' WHERE fund_id = 2`,
      `UPDATE users SET role = 'chief' WHERE id = 3`,
      `UPDATE orders SET user_id = ${2n ** 63n} WHERE order_id = 4`,
      `UPDATE users SET parent_id = ${2n ** 64n - 1n} WHERE id = 6`,
    ],
    unreadable: {
      'funds 1': ['created_at', 'updated_at'],
      'funds 2': ['status'],
      'users 3': ['role'],
      'orders 4': ['user_id'],
      'users 6': ['parent_id'],
    },
    concerningAll: ['orders 4', 'users 6'],
  },
} as const;

describe.each(databases)('rows that cannot be read on $name', ({ name, database, target }) => {
  const { statements, unreadable, concerningAll } = ofEngine[name];
  const found = ({ unreadable: rows }: Mirror) =>
    Object.fromEntries([...rows].map(([row, { unreadable: columns }]) => [row, columns]));

  it('are told with their columns, loaded and followed alike, among all others', async () => {
    if (name === 'mysql') {
      await runPlainSql(
        database,
        'ALTER TABLE orders MODIFY user_id BIGINT UNSIGNED NOT NULL',
        'ALTER TABLE users MODIFY parent_id BIGINT UNSIGNED',
      );
    }
    await insertDataSet(database, sampleCompany(30, 60));
    const following = await Mirror.start(openChangeFeed(target));
    await runPlainSql(database, ...statements);
    await following.fence();
    const loaded = await Mirror.start(openChangeFeed(target));
    for (const mirror of [following, loaded]) {
      expect(found(mirror)).toEqual(unreadable);
      expect(
        [...mirror.unreadable]
          .filter(([, { row }]) => row === null)
          .map(([row]) => row)
          .sort(),
      ).toEqual(concerningAll);
      expect(mirror.funds.size).toBe(60);
    }
    expect(following.state).toEqual(loaded.state);

    await insertDataSet(database, sampleCompany(30, 60));
    await following.fence();
    expect(found(following)).toEqual({});
    await Promise.all([following.stop(), loaded.stop()]);
  });

  it('do not end the stream of who reports to whom', async () => {
    await insertDataSet(database, sampleCompany(30, 60));
    const feed = openChangeFeed(target);
    const stopping = new AbortController();
    const from = await feed.position(stopping.signal);
    const changes: PersonChange[] = [];
    await runPlainSql(database, ...statements, 'UPDATE users SET parent_id = 2 WHERE id = 7');
    await feed.followPeople(
      from,
      (batch) => {
        changes.push(...batch.changes);
        if (changes.some(({ id }) => id === 7n)) stopping.abort();
      },
      { signal: stopping.signal },
    );
    expect(changes.filter(({ id }) => id === 3n).map(({ user }) => user)).toEqual([null]);
    expect(changes.find(({ id }) => id === 4n)).toMatchObject({ table: 'orders', after: 0n });
    await feed.close();
  });
});
