import { startFaultProxy, withPrivateMysql } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, schemaState } from '../migrations.ts';
import { openMysql } from './database.ts';
import { connectMysql } from './session.ts';

/** Each of them changed an answer, stored another text, or ended the connection, where a session inherited it. */
const hostile = [
  `sql_select_limit = 1`,
  `completion_type = 'RELEASE'`,
  `autocommit = 0`,
  `sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE'`,
  `time_zone = '+05:30'`,
  `transaction_isolation = 'READ-UNCOMMITTED'`,
  `transaction_read_only = 1`,
  `sql_auto_is_null = 1`,
  `sql_safe_updates = 1`,
  `max_join_size = 1`,
  `group_concat_max_len = 4`,
  `max_sort_length = 4`,
  `max_execution_time = 1`,
  `cte_max_recursion_depth = 1`,
  `big_tables = 1`,
  `foreign_key_checks = 0`,
  `unique_checks = 0`,
  `default_storage_engine = 'MyISAM'`,
  `default_tmp_storage_engine = 'MyISAM'`,
  `lock_wait_timeout = 1`,
  `innodb_lock_wait_timeout = 1`,
  `net_write_timeout = 1`,
  `character_set_client = 'latin1'`,
  `character_set_connection = 'latin1'`,
  `character_set_results = 'latin1'`,
  `collation_connection = 'latin1_swedish_ci'`,
];

const { url, port } = await withPrivateMysql();
/** Of a user without an administrator's rights, whom init_connect concerns. */
const plainUrl = `mysql://plain:secret@127.0.0.1:${port}/${new URL(url).pathname.slice(1)}`;
const { signal } = new AbortController();

const variablesOf = async (connection: mysql.Connection): Promise<Map<string, string>> => {
  const [rows] = await connection.query('SHOW SESSION VARIABLES');
  return new Map((rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, row.Value]));
};

let kind: Map<string, string>;

beforeAll(async () => {
  const admin = await mysql.createConnection({ uri: url });
  await admin.query(`CREATE DATABASE elsewhere`);
  await admin.query(`CREATE USER 'plain'@'%' IDENTIFIED BY 'secret'`);
  await admin.query(`GRANT ALL ON finance.* TO 'plain'@'%'`);
  await admin.query(`GRANT ALL ON elsewhere.* TO 'plain'@'%'`);
  const ours = await connectMysql(plainUrl);
  kind = await variablesOf(ours.promise());
  await ours.promise().end();
  for (const setting of hostile) await admin.query(`SET GLOBAL ${setting}`);
  await admin.query(
    `SET GLOBAL init_connect = 'SET NAMES latin1, timestamp = 86400, sql_select_limit = 0, completion_type = 2; USE elsewhere'`,
  );
  await admin.end();
}, 60_000);

describe('on a server with hostile defaults', () => {
  it('a session is as on a kind one', async () => {
    const ours = (await connectMysql(plainUrl)).promise();
    const found = await variablesOf(ours);
    const differing = [...kind].filter(([name, value]) => found.get(name) !== value).map(([name]) => name);
    // Of the whole server, of the moment, or without effect on a session that has begun.
    const harmless = ['init_connect', 'timestamp', 'pseudo_thread_id', 'rand_seed1', 'rand_seed2', 'statement_id'];
    expect(differing.filter((name) => !harmless.includes(name))).toEqual([]);
    const [rows] = await ours.query('SELECT DATABASE() AS name, YEAR(NOW()) > 1970 AS isNow');
    expect(rows).toEqual([{ name: 'finance', isNow: 1 }]);
    await ours.end();
  });

  it('pools answer whole, store what they are given, and commit without losing their connection', async () => {
    const database = openMysql(plainUrl);
    afterAll(() => database.close());
    const name = `Zoë 😀 ' OR 1=1 -- \\`;
    await database.transaction(signal, async (session) => {
      for (const id of [1n, 2n, 3n]) {
        await session.run(sql`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (${id}, ${name}, 1)`);
      }
    });
    await database.transaction(signal, (session) => session.run(sql`UPDATE customers SET admin_user_id = 2`));
    const rows = await database.snapshot(signal, (session) =>
      session.all(sql`SELECT name, admin_user_id FROM customers ORDER BY customer_id`),
    );
    expect(rows).toEqual([1, 2, 3].map(() => ({ name, admin_user_id: 2n })));
  });

  it('migrations are applied and read', async () => {
    const admin = (await connectMysql(url)).promise();
    await admin.query('CREATE DATABASE anew');
    await admin.query(`GRANT ALL ON anew.* TO 'plain'@'%'`);
    await admin.end();
    const target = { engine: 'mysql', url: plainUrl.replace('/finance', '/anew') } as const;
    await migrate(target);
    expect(await schemaState(target)).toBe('current');
    const connection = (await connectMysql(target.url)).promise();
    const [rows] = await connection.query(
      `SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'anew' AND engine <> 'InnoDB'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
    await connection.end();
  });
});

it('a server that falls silent while the session begins is given up', async () => {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port });
  await proxy.set({ kind: 'halt', at: 'SET NAMES' });
  await expect(connectMysql(proxy.urlThrough(url), { connectTimeout: 500 })).rejects.toMatchObject({
    code: 'PROTOCOL_SEQUENCE_TIMEOUT',
  });
  await proxy.close();
});

it('a server that falls silent at a rollback holds neither the call nor its connection', async () => {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port });
  const through = openMysql(proxy.urlThrough(url), { connectionsMax: 1, waitingMax: 10 });
  try {
    await proxy.set({ kind: 'halt', at: 'ROLLBACK' });
    await expect(through.transaction(signal, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await proxy.set({ kind: 'none' });
    expect(await through.snapshot(signal, async () => 'read')).toBe('read');
  } finally {
    await through.close();
    await proxy.close();
  }
});

it('a server that falls silent while it is asked who it is keeps nobody from asking again', async () => {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port });
  const through = openMysql(proxy.urlThrough(url));
  const admin = (await connectMysql(url)).promise();
  const read = () => through.snapshot(signal, async () => 'read');
  try {
    await read();
    await admin.query('SET GLOBAL read_only = ON');
    await proxy.set({ kind: 'halt', at: 'group_replication_group_name' });
    // The one on which it falls silent, and one that waits for it.
    const reads = await Promise.allSettled([read(), read()]);
    expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await proxy.set({ kind: 'none' });
    expect(await read()).toBe('read');
  } finally {
    await admin.query('SET GLOBAL read_only = OFF');
    await admin.end();
    await through.close();
    await proxy.close();
  }
});
