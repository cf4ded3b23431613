import { readdirSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { migrate as migrateSqlite } from 'drizzle-orm/better-sqlite3/migrator';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { migrate as migrateMysql } from 'drizzle-orm/mysql2/migrator';
import type { DatabaseTarget } from './database-url.ts';
import { migrationsFolder } from './migration-statements.ts';
import { ensureOrgTriggers } from './mysql/ensure-org-triggers.ts';
import { connectMysql } from './mysql/session.ts';
import { makePrivate } from './private-files.ts';
import { sqliteOpenSettings } from './sqlite/open-settings.ts';

type StoredTarget = Exclude<DatabaseTarget, { engine: 'memory' }>;

/** `empty`: none of our tables; `older`/`newer`: another release's schema; `foreign`: our table names, not our doing. */
export type SchemaState = 'empty' | 'current' | 'older' | 'newer' | 'foreign';

/** The table drizzle keeps of applied migrations. */
const appliedCountQuery = 'SELECT COUNT(*) AS n FROM __drizzle_migrations';

/** Compares a database with the migrations of this release. Changes nothing. */
export async function schemaState(target: StoredTarget): Promise<SchemaState> {
  const { tables, applied } = await inspect(target);
  const known = readdirSync(migrationsFolder(target)).filter((name) => name.endsWith('.sql')).length;
  if (applied === 0) return tables.includes('financial_funds') || tables.includes('users') ? 'foreign' : 'empty';
  return applied === known ? 'current' : applied < known ? 'older' : 'newer';
}

/** Applies missing migrations. Creates the SQLite file; the MySQL database must exist. */
export async function migrate(target: StoredTarget): Promise<void> {
  if (target.engine === 'sqlite') {
    makePrivate(target.file);
    const database = new Sqlite(target.file);
    try {
      database.exec(sqliteOpenSettings);
      migrateSqlite(drizzleSqlite(database), { migrationsFolder: migrationsFolder(target) });
    } finally {
      database.close();
    }
    return;
  }
  const connection = (await connectMysql(target.url)).promise();
  try {
    await migrateMysql(drizzleMysql(connection), { migrationsFolder: migrationsFolder(target) });
    await ensureOrgTriggers(async (statement) => (await connection.query(statement))[0] as Record<string, unknown>[]);
  } finally {
    await connection.end();
  }
}

async function inspect(target: StoredTarget): Promise<{ tables: string[]; applied: number }> {
  if (target.engine === 'sqlite') {
    const database = new Sqlite(target.file, { fileMustExist: true, readonly: true });
    try {
      const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
      const applied = tables.includes('__drizzle_migrations')
        ? (database.prepare(appliedCountQuery).pluck().get() as number)
        : 0;
      return { tables, applied };
    } finally {
      database.close();
    }
  }
  const connection = (await connectMysql(target.url)).promise();
  try {
    const [rows] = await connection.query({ sql: 'SHOW TABLES', rowsAsArray: true });
    const tables = (rows as object as [string][]).map(([name]) => name);
    if (!tables.includes('__drizzle_migrations')) return { tables, applied: 0 };
    const [counts] = await connection.query(appliedCountQuery);
    return { tables, applied: (counts as { n: number }[])[0]!.n };
  } finally {
    await connection.end();
  }
}
