import { openDatabase, type Database } from '@finance/schema';
import { runPlainSql, withPrivateMysql, withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { lookAtDatabase } from './database-look.ts';

const { signal } = new AbortController();
const [sqlite] = (await withTestDatabases(import.meta.url)).filter(({ name }) => name === 'sqlite');
const { url } = await withPrivateMysql();

const customer = (id: number) =>
  `INSERT INTO customers (customer_id, name, admin_user_id) VALUES (${id}, 'a customer', 0)`;
const write = async (database: Database, id: number): Promise<string> => {
  const { position } = await database.transaction(signal, (session) => session.run(sql.raw(customer(id))));
  return position;
};

it.each([
  ['sqlite', sqlite!.target, 'DELETE FROM change_log WHERE sequence = (SELECT MAX(sequence) FROM change_log)'],
  ['mysql', { engine: 'mysql', url } as const, 'RESET BINARY LOGS AND GTIDS'],
])('on %s, what the database has lost is noticed, and tokens of it are refused', async (_name, target, loss) => {
  const database = openDatabase(target);
  const lost: string[] = [];
  const look = lookAtDatabase(database, { everyMs: 20, onHistoryLost: ({ position }) => lost.push(position) });
  try {
    const position = await write(database, 1);
    // A look that has seen this has seen the write.
    await runPlainSql(database, 'UPDATE org_state SET tree_in_step = 0');
    await expect.poll(() => look.isTreeInStep).toBe(false);
    await runPlainSql(database, 'UPDATE org_state SET tree_in_step = 1');
    await expect.poll(() => look.isTreeInStep).toBe(true);
    expect(await database.hasReached(signal, position)).toBe(true);

    await runPlainSql(database, loss);
    await expect.poll(() => look.historiesLost, { timeout: 20_000 }).toBe(1);
    expect(lost).toHaveLength(1);
    for (let id = 2; id < 40; id += 1) await write(database, id);
    expect(await database.hasReached(signal, position)).toBeUndefined();
    expect(await database.hasReached(signal, await write(database, 40))).toBe(true);
    expect(look.historiesLost).toBe(1);
  } finally {
    look.close();
    await database.close();
  }
});
