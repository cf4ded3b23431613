import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksumsOf } from '../data/checksum.ts';
import { generateDataSet } from '../data/generate-data-set.ts';
import { secondaryIndexes } from '../database/secondary-indexes.ts';
import { withConnection } from '../database/sql-connection.ts';
import { existingIndexes } from '../database/table-catalog.ts';
import { stateOf } from '../database/ready-database.ts';
import { profileNames } from '../profiles/profiles.ts';
import { checksumsOfDataSet } from '../testing/data-set-checksums.ts';
import { createTestDatabase, engines, type TestDatabase } from '../testing/test-database.ts';
import { silentProgress } from './load-progress.ts';
import { interruptedRun, seedDatabase } from './seed-database.ts';

const parameters = { profile: 'company', users: 60, records: 700, seed: 5 } as const;

describe.each(engines)('%s', (engine) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(engine);
  });
  afterEach(() => database.drop());
  const sums = () => withConnection(database.target, checksumsOf);

  test.each(profileNames)(
    '%s: loads exactly the rows of the in-memory data set, whatever the batches',
    async (profile) => {
      const run = { ...parameters, profile };
      expect(await seedDatabase(database.target, { ...run, batchRows: 97 })).toMatchObject({ outcome: 'loaded' });
      expect(await sums()).toEqual(await checksumsOfDataSet(generateDataSet(run)));
    },
  );

  test('leaves the schema current, every index in place and the database in its normal settings', async () => {
    await seedDatabase(database.target, parameters);
    expect(await stateOf(database.target)).toBe('current');
    expect(await interruptedRun(database.target)).toBeUndefined();
    await withConnection(database.target, async (connection) => {
      const existing = await existingIndexes(connection);
      expect(secondaryIndexes(database.target).filter((index) => !existing.has(index.name))).toEqual([]);
      if (engine === 'sqlite') {
        expect(await connection.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
      }
    });
  });

  test('a finished run is not repeated, another one is refused without --replace and drops everything with it', async () => {
    await seedDatabase(database.target, parameters);
    expect(await seedDatabase(database.target, parameters)).toMatchObject({ outcome: 'present' });
    const before = await sums();
    const other = { ...parameters, seed: 6 };
    await expect(seedDatabase(database.target, other)).rejects.toThrow(/holds another load .*--seed 5.*--replace/);
    expect(await sums()).toEqual(before);
    expect(await seedDatabase(database.target, { ...other, replace: true })).toMatchObject({ outcome: 'loaded' });
    expect(await sums()).toEqual(await checksumsOfDataSet(generateDataSet(other)));
  });

  test("tables of somebody else's are never dropped, not even with --replace", async () => {
    if (engine === 'sqlite') await seedDatabase(database.target, { ...parameters, users: 1, records: 0 });
    await withConnection(database.target, async (connection) => {
      if (engine === 'sqlite') await connection.run('DROP TABLE __drizzle_migrations');
      else await connection.run('CREATE TABLE users (id BIGINT PRIMARY KEY)');
      if (engine === 'sqlite') await connection.run('DROP TABLE seeder_progress');
    });
    const refused = seedDatabase(database.target, { ...parameters, replace: true });
    await expect(refused).rejects.toThrow(/not of this release's making; see seeder:adopt/);
  });

  test('--skip-setup loads records for the people who are there, and asks before it drops records', async () => {
    await seedDatabase(database.target, { ...parameters, records: 0 });
    const people = (await sums()).tables.users;
    const again = { ...parameters, seed: 9, users: 1, skipSetup: true };
    expect(await seedDatabase(database.target, again)).toMatchObject({ outcome: 'loaded' });
    const first = await sums();
    expect(first.tables.users).toBe(people);
    await withConnection(database.target, async (connection) => {
      const [row] = await connection.all('SELECT COUNT(*) AS n FROM orders o JOIN users u ON u.id = o.user_id');
      expect(row).toEqual({ n: 700n });
    });
    expect(await seedDatabase(database.target, again)).toMatchObject({ outcome: 'present' });
    await expect(seedDatabase(database.target, { ...again, records: 10 })).rejects.toThrow(/--replace/);
    await seedDatabase(database.target, { ...again, records: 10, replace: true });
    await withConnection(database.target, async (connection) => {
      const [row] = await connection.all('SELECT COUNT(*) AS n FROM financial_funds');
      expect(row).toEqual({ n: 10n });
    });
  });

  test('changes of the org by plain SQL are noticed while --skip-setup loads; after a load without triggers nobody trusts the tree', async () => {
    await seedDatabase(database.target, { ...parameters, records: 0 });
    const run = (...statements: string[]) =>
      withConnection(database.target, async (connection) => {
        for (const statement of statements) await connection.run(statement);
      });
    const inStep = () =>
      withConnection(
        database.target,
        async (connection) => (await connection.all('SELECT tree_in_step FROM org_state'))[0]!['tree_in_step'],
      );
    const again = { ...parameters, skipSetup: true, replace: true };
    const stop = (): never => {
      throw new Error('stopped');
    };
    await expect(seedDatabase(database.target, again, { ...silentProgress, rows: stop })).rejects.toThrow('stopped');
    await run('UPDATE users SET parent_id = NULL WHERE id = 9');
    expect(await inStep()).toBe(0n);
    await run('UPDATE org_state SET tree_in_step = 1', 'DROP TRIGGER users_update_org');
    await seedDatabase(database.target, again);
    expect(await inStep()).toBe(0n);
  });

  test('parameters out of bounds are refused before anything is touched', async () => {
    await expect(seedDatabase(database.target, { ...parameters, users: 0 })).rejects.toThrow(/--users must be/);
    await expect(seedDatabase(database.target, { ...parameters, records: 1e9 })).rejects.toThrow(/--records must be/);
    expect(await stateOf(database.target)).toBe('empty');
  });
});

test('a server that refuses LOAD DATA LOCAL gets the same rows by INSERT, with a notice', async () => {
  const database = await createTestDatabase('mysql');
  const setGlobal = (value: string) =>
    withConnection(database.target, (connection) => connection.run(`SET GLOBAL local_infile = ${value}`));
  try {
    await setGlobal('OFF');
    const notices: string[] = [];
    await seedDatabase(database.target, parameters, { ...silentProgress, notice: (line) => notices.push(line) });
    expect(notices).toEqual([expect.stringMatching(/refuses LOAD DATA LOCAL.*local_infile = ON/)]);
    const sums = await withConnection(database.target, checksumsOf);
    expect(sums).toEqual(await checksumsOfDataSet(generateDataSet(parameters)));
  } finally {
    await setGlobal('ON');
    await database.drop();
  }
});

test('a SQLite file that another program holds is refused with one line', async () => {
  const database = await createTestDatabase('sqlite');
  await seedDatabase(database.target, parameters);
  await withConnection(database.target, async (connection) => {
    await connection.all('SELECT COUNT(*) FROM users');
    await expect(seedDatabase(database.target, { ...parameters, seed: 8, replace: true })).rejects.toThrow(
      /another program/,
    );
  });
  await database.drop();
});

test('rows are in the binlog, unless the server is said to be alone; then followers are told to load again', async () => {
  const database = await createTestDatabase('mysql');
  const name = new URL(database.url).pathname.slice(1);
  /** What the load left for followers: whether there were rows of ours, and the last statement. */
  const logged = (options: { serverIsAlone: boolean }) =>
    withConnection(database.target, async (connection) => {
      await connection.run('FLUSH BINARY LOGS');
      await seedDatabase(database.target, { ...parameters, ...options, replace: true });
      const [file] = await connection.all('SHOW BINARY LOG STATUS');
      const events = await connection.all(`SHOW BINLOG EVENTS IN '${file!['File']}'`);
      const infos = events.map((event) => String(event['Info']));
      return {
        hasRows: infos.some((info) => info.includes(`(${name}.financial_funds)`)),
        tells: infos.some((info) => info.endsWith('ALTER TABLE `financial_funds`')),
      };
    });
  try {
    expect(await logged({ serverIsAlone: false })).toEqual({ hasRows: true, tells: false });
    // Other tests may follow the shared server right now; then it is not alone, and said so.
    const alone = await logged({ serverIsAlone: true }).catch((error: Error) => error.message);
    if (typeof alone === 'string') expect(alone).toMatch(/follows the binlog .* leave out --server-is-alone/);
    else expect(alone).toEqual({ hasRows: false, tells: true });
  } finally {
    await database.drop();
  }
});
