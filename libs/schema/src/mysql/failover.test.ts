import type { DomainError, Freshness } from '@finance/domain';
import {
  catchUp,
  demote,
  follow,
  promote,
  startFaultProxy,
  withMysqlGroup,
  withSourceAndReplica,
  type MysqlNode,
} from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { openMysql, type MysqlPoolOptions } from './database.ts';
import type { ServerIdentity } from './server-state.ts';

const { signal } = new AbortController();
const pool = { connectionsMax: 10, waitingMax: 200 } satisfies MysqlPoolOptions;
const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

const open = (url: string, options: Partial<MysqlPoolOptions> = {}): Database => {
  const database = openMysql(url, { ...pool, ...options });
  closes.push(() => database.close());
  return database;
};
const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'OK',
    (error: DomainError) => error.reason ?? String(error),
  );
/** The number that a test writes, and the server that told it. */
const readNumber = (database: Database, freshness?: Freshness): Promise<number> =>
  database.snapshot(
    signal,
    async (session) => {
      const rows = await session.all(sql`SELECT version AS number FROM org_state WHERE id = 1`);
      return Number(rows[0]!['number']);
    },
    freshness,
  );
const writeNumber = (database: Database, number: number) =>
  database.transaction(signal, (session) => session.run(sql`UPDATE org_state SET version = ${number} WHERE id = 1`));
const throughProxy = async (node: MysqlNode) => {
  const proxy = await startFaultProxy(node);
  closes.push(() => proxy.close());
  return { proxy, url: proxy.urlThrough(node.url) };
};

it('connections follow an address whose server was demoted, though nobody closes them', async () => {
  const { source, replica } = await withSourceAndReplica();
  const { proxy, url } = await throughProxy(source);
  const servers: ServerIdentity[] = [];
  const database = open(url, { onServer: (server) => servers.push(server) });
  await Promise.all([1, 2, 3].map(() => readNumber(database)));
  await writeNumber(database, 5);

  // At rest: nobody else can be written, so that what it has is the newest there is.
  await demote(source);
  expect(await reasonOf(writeNumber(database, 6))).toBe('DATABASE_READ_ONLY');
  expect(await readNumber(database)).toBe(5);

  await catchUp(replica, source);
  await promote(replica);
  proxy.switchTo(replica, 'leave');
  const other = open(replica.url);
  await writeNumber(other, 7);
  // The very first answer after the switch, on connections that are all open to the old server.
  expect(await Promise.all([1, 2, 3, 4].map(() => readNumber(database)))).toEqual([7, 7, 7, 7]);
  await writeNumber(database, 8);

  // An address that leads to a server which follows: old answers only, and none that claims to be new.
  await follow(source, replica);
  await catchUp(source, replica);
  proxy.switchTo(source, 'reset');
  expect(await reasonOf(readNumber(database))).toBe('CONSISTENCY_UNAVAILABLE');
  expect(await readNumber(database, { kind: 'any' })).toBe(8);
  expect(await reasonOf(writeNumber(database, 9))).toBe('DATABASE_READ_ONLY');

  await promote(source);
  await writeNumber(database, 10);
  expect(await readNumber(database)).toBe(10);
  const [a, b] = [await source.serverUuid(), await replica.serverUuid()];
  expect(servers).toEqual([
    { serverUuid: a, isReadOnly: false },
    { serverUuid: a, isReadOnly: true },
    { serverUuid: b, isReadOnly: false },
    { serverUuid: a, isReadOnly: true },
    { serverUuid: a, isReadOnly: false },
  ]);

  // Idle connections to a server that can still be written betray nothing by themselves.
  await replica.sql('SET GLOBAL read_only = ON', 'SET GLOBAL read_only = OFF');
  const looking = open(url, { lookEveryMs: 50, onServer: (server) => servers.push(server) });
  await readNumber(looking);
  proxy.switchTo(replica, 'leave');
  await expect.poll(() => servers.at(-1), { timeout: 20_000 }).toEqual({ serverUuid: b, isReadOnly: false });
});

it('a user with enough rights does not write to a read-only server, nor anybody to one that was silent and replaced', async () => {
  const { source, replica } = await withSourceAndReplica();
  const { proxy, url } = await throughProxy(source);
  const database = open(url);
  await source.sql('SET GLOBAL read_only = ON');
  expect(await reasonOf(writeNumber(database, 3))).toBe('DATABASE_READ_ONLY');
  await source.sql('SET GLOBAL read_only = OFF');
  await writeNumber(database, 3);

  await Promise.all([1, 2, 3].map(() => readNumber(database)));
  await catchUp(replica, source);
  source.suspend();
  await expect(
    database.snapshot(AbortSignal.timeout(1_500), (session) => session.all(sql`SELECT 1 AS one`)),
  ).rejects.toMatchObject({ reason: 'CANCELLED' });
  await promote(replica);
  await writeNumber(open(replica.url), 4);
  proxy.switchTo(replica, 'leave');
  source.resume();
  // It knows nothing of its successor, and its connections are open.
  expect(await Promise.all([1, 2, 3].map(() => readNumber(database)))).toEqual([4, 4, 4]);
  await writeNumber(database, 5);
  expect(await readNumber(open(replica.url))).toBe(5);
});

it('a secondary of a group reads what its primary has acknowledged, and is written once it is the primary', async () => {
  const group = await withMysqlGroup('single-primary');
  const primary = await group.primary();
  const secondary = group.nodes.find((node) => node !== primary)!;
  const [first, second] = [open(primary.url), open(secondary.url)];
  for (let number = 1; number <= 50; number += 1) {
    await writeNumber(first, number);
    expect(await readNumber(second)).toBe(number);
  }
  expect(await reasonOf(writeNumber(second, 51))).toBe('DATABASE_READ_ONLY');
  await group.switchTo(secondary);
  await expect.poll(() => reasonOf(writeNumber(second, 52)), { timeout: 30_000 }).toBe('OK');
  expect(await readNumber(first)).toBe(52);
  // A primary that is cut off does not know whether the others have chosen another one.
  const others = group.nodes.filter((node) => node !== secondary);
  for (const node of others) node.suspend();
  const late = AbortSignal.timeout(2_000);
  expect(await reasonOf(second.snapshot(late, (session) => session.all(sql`SELECT 1 AS one`)))).toBe('CANCELLED');
  for (const node of others) node.resume();
  await expect.poll(() => reasonOf(writeNumber(second, 52)), { timeout: 60_000 }).toBe('OK');
  // Out of its group it may have missed anything.
  await primary.sql('STOP GROUP_REPLICATION');
  await writeNumber(second, 53);
  expect(await reasonOf(readNumber(first))).toBe('CONSISTENCY_UNAVAILABLE');
});

it('two services that write the same rows on two primaries of a group are both answered, and read what the other wrote', async () => {
  const group = await withMysqlGroup('multi-primary');
  const databases = group.nodes.slice(0, 2).map((node) => open(node.url));
  const [first, second] = [databases[0]!, databases[1]!];
  await writeNumber(first, 0);
  const add = (database: Database) =>
    reasonOf(
      database.transaction(signal, (session) =>
        session.run(sql`UPDATE org_state SET version = version + 1 WHERE id = 1`),
      ),
    );
  const outcomes = await Promise.all(
    databases.flatMap((database) =>
      [1, 2].map(async () => {
        const ends: string[] = [];
        for (let i = 0; i < 20; i += 1) ends.push(await add(database));
        return ends;
      }),
    ),
  );
  const ends = outcomes.flat();
  expect(ends.filter((end) => end !== 'OK' && end !== 'CONFLICT')).toEqual([]);
  const written = ends.filter((end) => end === 'OK').length;
  expect(written).toBeGreaterThan(0);
  expect([await readNumber(first), await readNumber(second)]).toEqual([written, written]);
});
