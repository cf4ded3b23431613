import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import mysql from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { migrate } from './migrations.ts';
import { distrustUnwatchedTree } from './distrust-unwatched-tree.ts';
import { triggerStatements } from './triggers.ts';
import { ensureOrgTriggers } from './mysql/ensure-org-triggers.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const user = { userId: 1n, name: 'x', role: 'staff', department: '', parentUserId: null } as const;
const company = { users: [user], orders: [], customers: [], funds: [] };

describe.each(databases)('the triggers on users of $name', ({ database, target }) => {
  const inStep = () =>
    database.snapshot(
      signal,
      async (session) => (await session.all(sql`SELECT tree_in_step FROM org_state`))[0]!['tree_in_step'],
    );
  const run = (statement: string) => database.transaction(signal, (session) => session.run(sql.raw(statement)));
  const dropOne = () => run('DROP TRIGGER users_delete_org');

  it('that are gone take the trust in the stored tree with them at the next start, and come back without it', async () => {
    await insertDataSet(database, company);
    await distrustUnwatchedTree(database);
    expect(await inStep()).toBe(1n);
    await dropOne();
    await distrustUnwatchedTree(database);
    expect(await inStep()).toBe(0n);
    await (target.engine === 'mysql' ? migrate(target) : run(triggerStatements(target).get('users_delete_org')!));
    expect(await inStep()).toBe(0n);
  });

  it('that are of another text are as good as gone', async () => {
    await insertDataSet(database, company);
    const right = triggerStatements(target).get('users_update_org')!;
    await run('DROP TRIGGER users_update_org');
    await run(
      `CREATE TRIGGER users_update_org AFTER UPDATE ON users FOR EACH ROW ${target.engine === 'mysql' ? 'BEGIN END' : 'BEGIN SELECT 1; END'}`,
    );
    await distrustUnwatchedTree(database);
    expect(await inStep()).toBe(0n);
    if (target.engine === 'mysql') await migrate(target);
    else {
      await run('DROP TRIGGER users_update_org');
      await run(right);
    }
    await run('UPDATE org_state SET tree_in_step = 1');
    await distrustUnwatchedTree(database);
    expect(await inStep()).toBe(1n);
  });

  if (target.engine === 'mysql') {
    it('that the server refuses to a user leave the tree without trust, and everything else as it is', async () => {
      await insertDataSet(database, company);
      await dropOne();
      const name = `no_trigger_${process.pid}`;
      const root = await mysql.createConnection({ uri: target.url });
      try {
        await root.query(`CREATE USER '${name}'@'%' IDENTIFIED BY 'secret'`);
        await root.query(`GRANT ALL ON \`${new URL(target.url).pathname.slice(1)}\`.* TO '${name}'@'%'`);
        const url = new URL(target.url);
        [url.username, url.password] = [name, 'secret'];
        const weak = await mysql.createConnection({ uri: url.href });
        const query = async (text: string) => (await weak.query(text))[0] as Record<string, unknown>[];
        expect(await ensureOrgTriggers(query)).toBe(false);
        await weak.end();
        expect(await inStep()).toBe(0n);
        await migrate(target);
      } finally {
        await root.query(`DROP USER '${name}'@'%'`);
        await root.end();
      }
    });
  }
});
