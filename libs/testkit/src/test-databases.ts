import { ensureMysql } from '@finance/mysql';
import { migrate, mysqlPoolDefaults, openDatabase, openMysql, type Database, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { assertNoLeaks } from './assert-no-leaks.ts';

/** An empty, migrated database of one test file. */
export interface TestDatabase {
  readonly name: 'sqlite' | 'mysql';
  readonly database: Database;
  /** For opening more pools on the same data; what the test opens itself, it must close. */
  readonly target:
    { readonly engine: 'sqlite'; readonly file: string } | { readonly engine: 'mysql'; readonly url: string };
}

/** SQLite opens this many readers beside its writer; a snapshot each must be free at the end. */
const sqliteReaders = 2;
/** Databases of a crashed run are dropped after this; no test file runs that long. */
const abandonedAfterMinutes = 60;
/** Every 20 ms. What is open then was left open. */
const noticeTriesMax = 1_500;
const namePrefix = 'finance_test_';
/** Dropping a database takes the server longer than a hook may last by default. */
const cleanUpTimeoutMs = 60_000;

/**
 * Opens a database of each engine for a test file, to be called once at its top:
 * `const databases = await withTestDatabases(import.meta.url); describe.each(databases)('on $name', …)`.
 * After the file's tests they are closed and dropped, and the file fails when a connection was not given back.
 * A missing MySQL fails the file, unless FINANCE_TEST_WITHOUT_MYSQL=1.
 */
export async function withTestDatabases(testFileUrl: string): Promise<TestDatabase[]> {
  const opened = [openTestSqlite()];
  if (process.env['FINANCE_TEST_WITHOUT_MYSQL'] === '1') {
    console.warn('\n*** FINANCE_TEST_WITHOUT_MYSQL=1: NOTHING IS TESTED ON MYSQL IN THIS FILE ***\n');
  } else {
    opened.push(openTestMysql(testFileUrl));
  }
  const databases = await Promise.all(opened);
  afterAll(async () => {
    const ends = await Promise.allSettled(databases.map((each) => each.end()));
    const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as unknown);
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  }, cleanUpTimeoutMs);
  return databases;
}

type Owned = TestDatabase & { readonly end: () => Promise<void> };

async function openTestSqlite(): Promise<Owned> {
  const folder = mkdtempSync(join(tmpdir(), namePrefix));
  const target = { engine: 'sqlite', file: join(folder, 'test.db') } as const;
  await migrate(target);
  const database = openDatabase(target);
  const end = async (): Promise<void> => {
    try {
      await assertNoLeaks(database, sqliteReaders);
    } finally {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { name: 'sqlite', database, target, end };
}

async function openTestMysql(testFileUrl: string): Promise<Owned> {
  const { url } = await ensureMysql();
  const minute = Math.floor(Date.now() / 60_000);
  const file = basename(testFileUrl)
    .replace(/\.test\.ts.*$/, '')
    .replaceAll(/\W/g, '_')
    .slice(0, 24);
  const name = `${namePrefix}${minute}_${file}_${randomBytes(4).toString('hex')}`;
  const server = openMysql(url, { connectionsMax: 1, waitingMax: 10 });
  // Its database has no tables of ours.
  const onServer = async <T>(work: (session: SqlSession) => Promise<T>): Promise<T> =>
    (await server.transaction(new AbortController().signal, work)).value;

  await onServer(async (session) => {
    for (const abandoned of await abandonedDatabases(session, minute)) {
      await session.run(sql.raw(`DROP DATABASE IF EXISTS ${abandoned}`));
    }
    await session.run(sql.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`));
  });
  const target = { engine: 'mysql', url: Object.assign(new URL(url), { pathname: `/${name}` }).href } as const;
  await migrate(target);
  const database = openDatabase(target);
  const end = async (): Promise<void> => {
    try {
      await assertNoLeaks(database, mysqlPoolDefaults.connectionsMax);
      await database.close();
      await onServer((session) => assertNobodyConnected(session, name));
    } finally {
      await onServer((session) => session.run(sql.raw(`DROP DATABASE ${name}`)));
      await server.close();
    }
  };
  return { name: 'mysql', database, target, end };
}

async function abandonedDatabases(session: SqlSession, minute: number): Promise<string[]> {
  const rows = await session.all(sql`SELECT schema_name AS name FROM information_schema.schemata
    WHERE schema_name LIKE ${`${namePrefix.replaceAll('_', '\\_')}%`}`);
  return rows
    .map((row) => row['name'] as string)
    .filter((name) => Number(/^finance_test_(\d+)_\w+$/.exec(name)?.[1] ?? minute) < minute - abandonedAfterMinutes);
}

/** The server notices a closed connection a moment later; of a binlog, when it has twice sent something in vain. */
async function assertNobodyConnected(session: SqlSession, name: string): Promise<void> {
  for (let tryNumber = 1; ; tryNumber += 1) {
    const rows = await session.all(sql`SELECT id, command, time, state, info FROM performance_schema.processlist
      WHERE db = ${name}`);
    if (rows.length === 0) return;
    if (tryNumber === noticeTriesMax) {
      const list = rows.map((row) => Object.values(row).join(' ')).join('; ');
      throw new Error(`${rows.length} connections to MySQL are open after the pool was closed: ${list}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
