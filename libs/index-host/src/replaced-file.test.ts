import { renameSync, rmSync } from 'node:fs';
import type { Database } from '@finance/schema';
import { insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LiveIndexHost } from './live-index-host.ts';
import { startLiveIndexHost } from './start-live-index-host.ts';
import { expectSameAsSql } from './testing/same-as-sql.ts';
import { logInto, until, untilReady } from './testing/wait.ts';

const { database, target } = (await withTestDatabases(import.meta.url)).find(({ name }) => name === 'sqlite')!;
const { signal } = new AbortController();
const file = target.engine === 'sqlite' ? target.file : '';
const copy = `${file}.copy`;
let host: LiveIndexHost;

beforeAll(async () => {
  await insertDataSet(database, sampleCompany(20, 100));
  host = startLiveIndexHost(target, { log: logInto([]), audit: false, waitMs: 20_000 });
  await untilReady(host);
});
afterAll(() => host.close());

const setHandler = (of: Database, handler: number): Promise<{ position: string }> =>
  of.transaction(signal, (session) => session.run(sql`UPDATE financial_funds SET handle_by = ${handler}`));
const replaceByCopy = (): void => {
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  renameSync(copy, file);
};
const handler = async (): Promise<bigint | undefined> => {
  const view = await host.at({ kind: 'latest' });
  return view?.index.visibleFunds(1n, [1n])[0]?.handlerUserId;
};
it('a file in whose place another one is moved is read anew: index, SQL, tokens', async () => {
  await setHandler(database, 5);
  const { rebuilds } = host.hostStats();
  const plain = new DatabaseSync(file);
  plain.exec(`VACUUM INTO '${copy}'`);
  plain.close();
  const { position } = await setHandler(database, 7);
  expect(await handler()).toBe(7n);
  replaceByCopy();
  await until(() => host.hostStats().rebuilds.ahead > rebuilds.ahead);
  await untilReady(host);
  expect(await handler()).toBe(5n);
  await expectSameAsSql(host, database);
  expect(await database.hasReached(signal, position)).toBeUndefined();
  await setHandler(database, 9);
  expect(await handler()).toBe(9n);

  // A write that was begun before is not acknowledged: it went to the file that was taken away.
  const writing = database.transaction(signal, async (session) => {
    await session.run(sql`UPDATE financial_funds SET handle_by = 11`);
    const other = new DatabaseSync(file);
    other.exec(`VACUUM INTO '${copy}'`);
    other.close();
    replaceByCopy();
  });
  await expect(writing).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
  await until(() => host.hostStats().rebuilds.ahead > rebuilds.ahead + 1);
  await untilReady(host);
  expect(await handler()).toBe(9n);
});
