import { cpSync, rmSync } from 'node:fs';
import { openMysql } from '@finance/schema';
import {
  catchUp,
  follow,
  insertDataSet,
  promote,
  sampleCompany,
  startFaultProxy,
  withPrivateMysql,
  withSourceAndReplica,
  type MysqlNode,
} from '@finance/testkit';
import mysql from 'mysql2/promise';
import { expect, it } from 'vitest';
import { Mirror } from '../testing/mirror.ts';
import { stateInDatabase } from '../testing/table-state.ts';
import { openMysqlFeed } from './open-mysql-feed.ts';

const history = { kind: 'history' };
const patience = { timeout: 30_000 };

async function withMirror(url: string, work: (mirror: Mirror) => Promise<void>): Promise<void> {
  const mirror = await Mirror.start(openMysqlFeed(url));
  try {
    await work(mirror);
  } finally {
    await mirror.stop();
  }
}

async function fill(url: string): Promise<void> {
  const database = openMysql(url);
  await insertDataSet(database, sampleCompany(20, 30));
  await database.close();
}

async function expectInStep(mirror: Mirror, url: string): Promise<void> {
  await mirror.fence();
  const database = openMysql(url);
  expect(mirror.state).toEqual(await stateInDatabase(database));
  await database.close();
}

/** Statements on a connection of their own. */
async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection({ uri: url });
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}

const setOwner = (owner: number): string => `UPDATE orders SET user_id = ${owner} WHERE order_id = 1`;
const manyOwners = Array.from({ length: 200 }, (_, i) => setOwner(i + 1));

it('numbers that were reset are not taken for known ones, though there are as many again', async () => {
  const { url } = await withPrivateMysql();
  await fill(url);
  await withMirror(url, async (mirror) => {
    await mirror.fence();
    await run(url, 'RESET BINARY LOGS AND GTIDS', ...manyOwners);
    await expect(mirror.ended()).rejects.toMatchObject(history);
  });
  await withMirror(url, (mirror) => expectInStep(mirror, url));
});

it('a restored copy of the data is noticed: same server_uuid, and as many transactions again', async () => {
  const server = await withPrivateMysql();
  const { url, dataFolder } = server;
  const copy = `${dataFolder}.copy`;
  await fill(url);
  await server.stop();
  cpSync(dataFolder, copy, { recursive: true });
  await server.start();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  try {
    await withMirror(proxy.urlThrough(url), async (mirror) => {
      await run(url, setOwner(7), setOwner(8));
      await expectInStep(mirror, url);
      await proxy.set({ kind: 'refuse' });
      await server.stop();
      rmSync(dataFolder, { recursive: true });
      cpSync(copy, dataFolder, { recursive: true });
      await server.start();
      await run(url, ...manyOwners);
      await proxy.set({ kind: 'none' });
      await expect(mirror.ended()).rejects.toMatchObject(history);
    });
    await withMirror(url, (mirror) => expectInStep(mirror, url));
  } finally {
    await proxy.close();
    rmSync(copy, { recursive: true });
  }
});

it('another server with the same transactions is followed at once, though the old one goes on; what it lacks is told', async () => {
  const { source, replica } = await withSourceAndReplica();
  await fill(source.url);
  await catchUp(replica, source);
  const proxy = await startFaultProxy(source);
  const dumpsOf = async (node: MysqlNode): Promise<number> =>
    (await node.sql(`SELECT id FROM performance_schema.processlist WHERE command LIKE 'Binlog Dump%'`)).length;
  try {
    await withMirror(proxy.urlThrough(source.url), async (mirror) => {
      await expectInStep(mirror, source.url);
      await promote(replica);
      await follow(source, replica);
      proxy.switchTo(replica, 'leave');
      // Its own follower, and ours.
      await expect.poll(() => dumpsOf(replica), patience).toBe(2);
      await run(replica.url, setOwner(11));
      await expectInStep(mirror, replica.url);
      expect(mirror.states.at(-1)).toEqual({ state: 'connected' });

      await catchUp(source, replica);
      await source.sql('STOP REPLICA');
      await run(replica.url, setOwner(12));
      await mirror.fence();
      await promote(source);
      proxy.switchTo(source, 'reset');
      await expect(mirror.ended()).rejects.toMatchObject(history);
    });
    await withMirror(source.url, (mirror) => expectInStep(mirror, source.url));
  } finally {
    await proxy.close();
  }
});

const manyCustomers = `INSERT INTO customers (customer_id, name, admin_user_id)
  WITH RECURSIVE n AS (SELECT 100000 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 120000) SELECT i, 'a customer', 1 FROM n`;

it.each([
  ['what waited', setOwner(22)],
  // It is handed over in parts.
  ['a large transaction that waited', manyCustomers],
])(
  '%s for its semi-sync replica and was lost with its server was never told, and nothing has to be loaded again',
  async (_what, lost) => {
    const { source, replica } = await withSourceAndReplica('semi-sync');
    await fill(source.url);
    await catchUp(replica, source);
    const proxy = await startFaultProxy(source);
    try {
      await withMirror(proxy.urlThrough(source.url), async (mirror) => {
        await run(proxy.urlThrough(source.url), setOwner(21));
        await mirror.fence();
        await catchUp(replica, source);
        await replica.sql('STOP REPLICA IO_THREAD');
        const waiting = run(source.url, 'SET cte_max_recursion_depth = 100000', lost).catch(() => undefined);
        await expect
          .poll(
            async () => (await source.sql(`SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_wait_sessions'`))[0]!['Value'],
          )
          .toBe('1');
        // The follower has been sent all of it.
        await expect
          .poll(async () => {
            const dumps = await source.sql(
              `SELECT state FROM performance_schema.processlist WHERE command LIKE 'Binlog Dump%' AND state LIKE '%sent all binlog%'`,
            );
            return dumps.length;
          })
          .toBeGreaterThan(0);
        await source.kill();
        await waiting;
        await promote(replica);
        proxy.switchTo(replica, 'reset');
        await run(replica.url, setOwner(23));
        await expectInStep(mirror, replica.url);
        expect(mirror.orders.get(1n)?.ownerUserId).toBe(23n);
      });
    } finally {
      await proxy.close();
    }
  },
);
