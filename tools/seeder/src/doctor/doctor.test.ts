import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '@finance/schema';
import { moveUser } from '@finance/store';
import { checksumsOf } from '../data/checksum.ts';
import { withConnection } from '../database/sql-connection.ts';
import { seedDatabase } from '../load/seed-database.ts';
import { runSeeder } from '../testing/run-command.ts';
import { createTestDatabase, engines, type TestDatabase } from '../testing/test-database.ts';
import { examine, repair } from './examine.ts';

const parameters = { profile: 'company', users: 80, records: 200, seed: 2 } as const;

describe.each(engines)('%s', (engine) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engine);
  });
  afterAll(() => database.drop());
  beforeEach(() => seedDatabase(database.target, { ...parameters, replace: true }));

  const run = (...statements: string[]) =>
    withConnection(database.target, async (connection) => {
      for (const statement of statements) await connection.run(statement);
    });
  const failures = async (): Promise<string[]> =>
    (await examine(database.target))
      .filter(({ level }) => level === 'fail')
      .map(({ check, message }) => `${check}: ${message}`);
  const sums = () => withConnection(database.target, checksumsOf);
  const version = () =>
    withConnection(database.target, async (c) => (await c.all('SELECT version FROM org_state'))[0]!['version']);

  const inStep = () =>
    withConnection(
      database.target,
      async (c) => (await c.all('SELECT tree_in_step FROM org_state'))[0]!['tree_in_step'],
    );

  test('finds nothing wrong with a freshly seeded database', async () => {
    expect(await failures()).toEqual([]);
    expect((await examine(database.target)).map(({ check }) => check)).toEqual(
      expect.arrayContaining(['connection', 'version', 'schema', 'indexes', 'intervals', 'closure', 'references']),
    );
  });

  test('finds wrong intervals and missing and wrong closure rows, and repairs them to what they were', async () => {
    const before = await sums();
    const versionBefore = await version();
    await run(
      'UPDATE users SET tree_left = 5 WHERE id = 7',
      'DELETE FROM user_hierarchy WHERE user_id = 1 AND subordinate_id = 9',
      'INSERT INTO user_hierarchy (user_id, subordinate_id, depth) VALUES (9, 1, 3)',
      'UPDATE user_hierarchy SET depth = 40 WHERE user_id = 1 AND subordinate_id = 8',
    );
    expect(await failures()).toEqual([
      'intervals: 1 users with a wrong interval: 7',
      'closure: 2 missing closure rows',
      'closure: 2 wrong closure rows',
    ]);
    expect(await repair(database.target)).toEqual({ intervals: 1, closureRowsAdded: 2, closureRowsRemoved: 2 });
    expect(await failures()).toEqual([]);
    expect(await sums()).toEqual(before);
    expect(await version()).toBeGreaterThan(versionBefore as bigint);
  });

  test("follows somebody else's change of parent_id", async () => {
    await run('UPDATE users SET parent_id = 2 WHERE id = 4');
    expect(await failures()).not.toEqual([]);
    expect(await inStep()).toBe(0n);
    await repair(database.target);
    expect(await failures()).toEqual([]);
    expect(await inStep()).toBe(1n);
    const repaired = await version();
    expect(await repair(database.target)).toEqual({ intervals: 0, closureRowsAdded: 0, closureRowsRemoved: 0 });
    expect(await version()).toBe(repaired);
  });

  test('finds a trigger of another text, beside which no tree is in step', async () => {
    const body = engine === 'sqlite' ? 'BEGIN SELECT 1; END' : 'BEGIN END';
    await run(
      'DROP TRIGGER users_delete_org',
      `CREATE TRIGGER users_delete_org AFTER DELETE ON users FOR EACH ROW ${body}`,
    );
    const about = (await examine(database.target)).filter(({ check }) => check === 'triggers');
    expect(about.map(({ message }) => message)).toEqual([
      expect.stringMatching(/users_delete_org is missing or another/),
    ]);
    await repair(database.target);
    expect(await inStep()).toBe(0n);
  });

  test('finds nothing wrong after an ordinary move, although siblings stand in another order then', async () => {
    const opened = await openDatabase(database.target);
    try {
      const { signal } = new AbortController();
      const move = (userId: bigint, newParentUserId: bigint | null) =>
        opened.transaction(signal, (session) => moveUser(session, { userId, newParentUserId, validateOnly: false }));
      await move(3n, null);
      await move(3n, 1n);
    } finally {
      await opened.close();
    }
    expect(await failures()).toEqual([]);
    expect(await repair(database.target)).toEqual({ intervals: 0, closureRowsAdded: 0, closureRowsRemoved: 0 });
  });

  test('lists a cycle and refuses to repair it, changing nothing', async () => {
    const child = await withConnection(
      database.target,
      async (connection) => (await connection.all('SELECT id FROM users WHERE parent_id = 2 ORDER BY id'))[0]!['id'],
    );
    await run(`UPDATE users SET parent_id = ${child} WHERE id = 2`);
    const before = await sums();
    expect((await failures())[0]).toMatch(/^cycles: \d+ users on or below a cycle: 2, /);
    await expect(repair(database.target)).rejects.toThrow(
      /users 2, .* stand on or below a cycle; correct their parent_id/,
    );
    expect(await sums()).toEqual(before);
    const { code, stderr } = await runSeeder(['doctor', '--repair'], database.url);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  });

  test('finds orphans, unknown words, a missing index, a missing version and dangling references', async () => {
    const dropIndex = 'DROP INDEX financial_funds_amount';
    await run(
      'UPDATE users SET parent_id = 999 WHERE id = 3',
      `UPDATE users SET role = 'boss' WHERE id = 5`,
      `UPDATE financial_funds SET status = 'lost', handle_by = 998 WHERE fund_id = 4`,
      engine === 'mysql' ? `${dropIndex} ON financial_funds` : dropIndex,
      'DELETE FROM org_state',
    );
    const findings = await examine(database.target);
    const lines = findings.map(({ level, check, message }) => `${level} ${check}: ${message}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        'warn orphans: 1 users whose parent does not exist, taken as roots: 3',
        `fail rows: users.role cannot be read in row 5 ('boss')`,
        `fail rows: financial_funds.status cannot be read in row 4 ('lost')`,
        'fail indexes: financial_funds_amount is missing',
        'fail org version: org_state has no row',
        'ok references: 1 dangling financial_funds.handle_by',
      ]),
    );
    for (const { level, advice } of findings) if (level !== 'ok') expect(advice).toBeTruthy();
  });
});

describe.each(engines)('rows that cannot be read on %s', (engine) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engine);
  });
  afterAll(() => database.drop());

  test('are named with their values and what to do; none is found where there is none', async () => {
    await seedDatabase(database.target, { ...parameters, records: 20 });
    const found = async () => (await examine(database.target)).filter(({ check }) => check === 'rows');
    expect(await found()).toEqual([{ level: 'ok', check: 'rows', message: 'all can be read' }]);
    const { statements, messages } = unreadable[engine];
    await withConnection(database.target, async (connection) => {
      for (const statement of statements) await connection.run(statement);
    });
    expect((await found()).map(({ message }) => message)).toEqual(messages);
    expect((await found())[0]?.advice).toMatch(/: UPDATE users SET \w+ = … WHERE id = 3$/);
  });
});

const anyDate = `/*+ SET_VAR(sql_mode = 'ALLOW_INVALID_DATES') */`;

const unreadable = {
  sqlite: {
    statements: [
      `UPDATE users SET name = x'00' WHERE id = 3`,
      `UPDATE orders SET user_id = 1.5, amount_cents = 'a' WHERE order_id = 4`,
      `UPDATE financial_funds SET amount_cents = 10.5 WHERE fund_id IN (5, 6)`,
      `UPDATE financial_funds SET created_at = 1e18 WHERE fund_id = 7`,
      `UPDATE users SET role = 'admin ' WHERE id = 3`,
      `UPDATE financial_funds SET status = 'pending ' WHERE fund_id = 8`,
    ],
    messages: [
      `users.name cannot be read in row 3 (X'00')`,
      `users.role cannot be read in row 3 ('admin ')`,
      'orders.user_id cannot be read in row 4 (1.5)',
      `orders.amount_cents cannot be read in row 4 ('a')`,
      'financial_funds.amount_cents cannot be read in row 5 (10.5), 6 (10.5)',
      `financial_funds.status cannot be read in row 8 ('pending ')`,
      'financial_funds.created_at cannot be read in row 7 (1000000000000000000)',
    ],
  },
  mysql: {
    statements: [
      'ALTER TABLE users MODIFY parent_id BIGINT UNSIGNED',
      `UPDATE users SET parent_id = ${2n ** 63n} WHERE id = 3`,
      `UPDATE ${anyDate} financial_funds SET created_at = '0000-00-00' WHERE fund_id = 5`,
      `UPDATE ${anyDate} financial_funds SET created_at = '2024-00-10' WHERE fund_id = 6`,
      `UPDATE ${anyDate} financial_funds SET updated_at = '2024-02-31' WHERE fund_id = 7`,
      `UPDATE users SET role = 'admin ' WHERE id = 3`,
      `UPDATE financial_funds SET status = 'pending ' WHERE fund_id = 8`,
    ],
    messages: [
      `users.role cannot be read in row 3 ('admin ')`,
      `users.parent_id cannot be read in row 3 ('9223372036854775808')`,
      `financial_funds.status cannot be read in row 8 ('pending ')`,
      `financial_funds.created_at cannot be read in row 5 ('0000-00-00 00:00:00.000000'), 6 ('2024-00-10 00:00:00.000000')`,
      `financial_funds.updated_at cannot be read in row 7 ('2024-02-31 00:00:00.000000')`,
    ],
  },
} as const;

describe('a user with few rights', () => {
  let database: TestDatabase;
  const name = `seeder_doctor_${process.pid}`;
  beforeAll(async () => {
    database = await createTestDatabase('mysql');
    await seedDatabase(database.target, { ...parameters, records: 10 });
    await withConnection(database.target, async (connection) => {
      await connection.run(`CREATE USER '${name}'@'%' IDENTIFIED BY 'few-rights-1'`);
      await connection.run(`GRANT SELECT ON ${new URL(database.url).pathname.slice(1)}.* TO '${name}'@'%'`);
    });
  });
  afterEach(async () => {
    await withConnection(database.target, (connection) => connection.run(`DROP USER '${name}'@'%'`));
    await database.drop();
  });

  test('is told each missing privilege and the GRANT that gives it, and no password is shown', async () => {
    const url = new URL(database.url);
    url.username = name;
    url.password = 'few-rights-1';
    const { code, stdout } = await runSeeder(['doctor'], url.href);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}grants: CREATE TEMPORARY TABLES is missing.*GRANT CREATE TEMPORARY TABLES ON/);
    expect(stdout).toMatch(/FAIL {2}grants: INSERT, UPDATE, DELETE is missing/);
    expect(stdout).toMatch(/warn {2}grants: REPLICATION SLAVE is missing.*GRANT REPLICATION SLAVE ON \*\.\*/);
    expect(stdout).not.toContain('few-rights-1');
  });
});
