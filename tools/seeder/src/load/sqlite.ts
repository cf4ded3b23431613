import { closeSync, fsyncSync, openSync } from 'node:fs';
import { makePrivate, sqliteOpenSettings } from '@finance/schema';
import Sqlite from 'better-sqlite3';
import { columnList, tableNames, tableShapes, type Cell, type TableName } from '../data/tables.ts';
import type { SqlConnection, SqlRow, SqlValue } from '../database/sql-connection.ts';
import { SeederError } from '../seeder-error.ts';
import type { BulkLoader, LoaderOptions } from './bulk-loader.ts';
import { setProgressSql } from './run-state.ts';

/** Rows of one INSERT: enough to make the cost of a call small, few enough for SQLite's 32,766 parameters. */
const rowsPerStatement = 100;

/** One page cache for data and index sorting alike. */
const loadSettings = `
  PRAGMA busy_timeout = 1000;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -262144;
  PRAGMA threads = 2;`;

/**
 * Without syncs, and with a rollback journal, which for appended rows holds next to nothing: a killed process loses one
 * transaction, a crashed machine the file.
 */
const initialSettings = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = OFF;`;

/** Loads through one connection that nobody else can disturb; SQLite has one writer anyway. */
export function openSqliteLoader(file: string, { initial }: LoaderOptions): BulkLoader {
  makePrivate(file);
  const database = new Sqlite(file);
  try {
    database.exec(loadSettings);
    database.exec(initial ? initialSettings : 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw new SeederError(`another program holds ${file}; stop it first`, { cause: error });
    }
    throw error;
  }

  const insertSql = (table: TableName, rows: number): string => {
    const row = `(${tableShapes[table].columns.map(() => '?').join(', ')})`;
    return `INSERT INTO \`${table}\` (${columnList(table, 'sqlite')}) VALUES ${new Array(rows).fill(row).join(', ')}`;
  };

  return {
    connection: plainConnection(database),
    lanes: [tableNames],
    batchRowsDefault: 100_000,
    insertBatch: async (table, rows, _rowCount, committedRows) => {
      const insertMany = database.prepare(insertSql(table, rowsPerStatement));
      const insertOne = database.prepare(insertSql(table, 1));
      const width = tableShapes[table].columns.length;
      database.exec('BEGIN IMMEDIATE');
      try {
        let pending: Cell[] = [];
        for (const row of rows()) {
          for (const cell of row) pending.push(cell);
          if (pending.length === rowsPerStatement * width) {
            insertMany.run(pending);
            pending = [];
          }
        }
        for (let start = 0; start < pending.length; start += width) insertOne.run(pending.slice(start, start + width));
        database.prepare(setProgressSql('sqlite')).run(table, String(committedRows));
        database.exec('COMMIT');
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    dropIndexes: async (_table, names) => {
      for (const name of names) database.exec(`DROP INDEX \`${name}\``);
    },
    createIndexes: async (table, indexes) => {
      for (const { name, columns } of indexes) database.exec(`CREATE INDEX \`${name}\` ON \`${table}\` ${columns}`);
    },
    finish: async () => {
      // A sample of each index is enough to tell their selectivity.
      database.exec('PRAGMA analysis_limit = 400; ANALYZE;');
      // The exclusive lock goes with the next read; in WAL mode it would stay.
      database.exec('PRAGMA locking_mode = NORMAL; SELECT COUNT(*) FROM sqlite_master;');
      database.exec(sqliteOpenSettings);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE);');
      const descriptor = openSync(file, 'r+');
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
    close: async () => void database.close(),
  };
}

function plainConnection(database: Sqlite.Database): SqlConnection {
  return {
    engine: 'sqlite',
    all: async (sql, params = []) =>
      database
        .prepare(sql)
        .safeIntegers(true)
        .all(...params) as SqlRow[],
    run: async (sql, params = []) => database.prepare(sql).run(...params).changes,
    async *stream(sql) {
      for (const row of database.prepare(sql).safeIntegers(true).raw(true).iterate()) yield row as SqlValue[];
    },
    transaction: async () => {
      throw new Error('a loader has transactions of its own');
    },
    close: async () => undefined,
  };
}
