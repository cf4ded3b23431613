import { openDatabase } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stateOf } from '../database/ready-database.ts';
import { withConnection } from '../database/sql-connection.ts';
import { examine } from '../doctor/examine.ts';
import { runSeeder } from '../testing/run-command.ts';
import { createStudyTables, studyContents } from '../testing/study-tables.ts';
import { createTestDatabase, engines, type TestDatabase } from '../testing/test-database.ts';
import { writeFileSync } from 'node:fs';
import { adoptDefaults } from './adopt-options.ts';
import { adopt } from './adopt.ts';

describe.each(engines)('%s', (engine) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(engine);
    if (database.target.engine === 'sqlite') writeFileSync(database.target.file, '');
    await withConnection(database.target, createStudyTables);
  });
  afterEach(() => database.drop());

  const run = (statement: string) => withConnection(database.target, (connection) => connection.run(statement));
  const contents = (hierarchy: string) => withConnection(database.target, (c) => studyContents(c, hierarchy));
  const adoptNow = () => adopt(database.target, { ...adoptDefaults, dryRun: false });

  test("takes the study's tables over, loses nothing and leaves a database the doctor finds sound", async () => {
    const before = await contents('user_hierarchy');
    const { adopted, plan } = await adoptNow();
    expect(adopted).toBe(true);
    expect(plan.warnings.join('\n')).toMatch(/users 40 have a parent who does not exist/);
    expect(await contents('user_hierarchy_before_adoption')).toEqual(before);
    expect(await stateOf(database.target)).toBe('current');
    const findings = await examine(database.target);
    expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
    const closure = await withConnection(database.target, (connection) =>
      connection.all('SELECT user_id, subordinate_id, depth FROM user_hierarchy ORDER BY subordinate_id, depth'),
    );
    expect(closure.map((row) => Object.values(row).join(' '))).toEqual([
      '1 1 0',
      '2 2 0',
      '1 2 1',
      '3 3 0',
      '2 3 1',
      '1 3 2',
      '4 4 0',
      '1 4 1',
      '40 40 0',
    ]);
  });

  test('adopted tables take rows through the product, with amounts to the cent', async () => {
    await adoptNow();
    const open = openDatabase(database.target);
    try {
      const signal = AbortSignal.timeout(10_000);
      const { dialect } = open;
      const { value } = await open.transaction(signal, (session) =>
        session.run(sql`INSERT INTO financial_funds (handle_by, ${sql.raw(dialect.amountColumn)}, currency_code, status, created_at, updated_at)
          VALUES (3, ${dialect.amountParam(1234n)}, 'USD', 'pending', ${dialect.instantParam(1e15)}, ${dialect.instantParam(1e15)})`),
      );
      expect(value.insertId).toBe(1004n);
      const amounts = await open.snapshot(signal, (session) =>
        session.all(sql`SELECT ${sql.raw(dialect.amountColumn)} AS amount FROM financial_funds ORDER BY fund_id`),
      );
      expect(amounts.map((row) => row['amount'])).toEqual([5_000_000n, 8_000_001n, -29n, 1234n]);
    } finally {
      await open.close();
    }
  });

  test('with --dry-run the plan is printed and nothing changes', async () => {
    const before = await contents('user_hierarchy');
    const { code, stdout } = await runSeeder(['adopt', '--dry-run'], database.url);
    expect(code).toBe(0);
    expect(stdout).toMatch(/add users\.tree_left/);
    expect(stdout).toMatch(/index financial_funds_amount/);
    expect(await contents('user_hierarchy')).toEqual(before);
    expect(await stateOf(database.target)).toBe('foreign');
  });

  test.each([
    ['a cycle', 'UPDATE users SET parent_id = 3 WHERE id = 2', /users 2, 3 stand on or below a cycle/],
    [
      'a NULL handler',
      'UPDATE financial_funds SET handle_by = NULL WHERE fund_id = 1002',
      /handle_by is NULL in 1 rows/,
    ],
    [
      'an unknown role',
      engine === 'mysql'
        ? "ALTER TABLE users MODIFY role VARCHAR(20) NOT NULL DEFAULT 'Boss'"
        : `UPDATE users SET role = 'Boss' WHERE id = 4`,
      /unknown words \('Boss'\)/,
    ],
    [
      'an amount below one cent',
      engine === 'mysql' ? 'ALTER TABLE financial_funds MODIFY amount DECIMAL(12,4) NOT NULL' : 'SELECT 1',
      /1 amounts that are not whole cents/,
    ],
  ])('%s is refused, with nothing changed', async (what, statement, message) => {
    await run(statement);
    if (what === 'an unknown role' && engine === 'mysql') await run('INSERT INTO users (id, name) VALUES (50, 1)');
    if (what.startsWith('an amount')) await run('UPDATE financial_funds SET amount = 0.125 WHERE fund_id = 1001');
    const before = await contents('user_hierarchy');
    const { adopted, plan } = await adoptNow();
    expect(adopted).toBe(false);
    expect(plan.refusals).toEqual([expect.stringMatching(message)]);
    expect(await contents('user_hierarchy')).toEqual(before);
    expect(await stateOf(database.target)).toBe('foreign');
    const { code, stderr } = await runSeeder(['adopt'], database.url);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'seeder: 1 reasons against adopting; nothing was changed\n' });
  });
});
