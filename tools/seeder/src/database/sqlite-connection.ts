import { existsSync } from 'node:fs';
import { makePrivate, sqliteOpenSettings } from '@finance/schema';
import Sqlite from 'better-sqlite3';
import { SeederError } from '../seeder-error.ts';
import type { SqlConnection, SqlRow, SqlValue } from './sql-connection.ts';

/** Opens an existing SQLite file. @throws SeederError when there is none */
export function openSqliteConnection(file: string): SqlConnection {
  if (!existsSync(file)) throw new SeederError(`${file} does not exist; make it with seeder:run or seeder:migrate`);
  makePrivate(file);
  const database = new Sqlite(file);
  database.defaultSafeIntegers(true);
  database.exec(sqliteOpenSettings);
  return {
    engine: 'sqlite',
    all: async (sql, params = []) => database.prepare(sql).all(...params) as SqlRow[],
    run: async (sql, params = []) => {
      const statement = database.prepare(sql);
      // A PRAGMA that answers is a reader to better-sqlite3.
      if (statement.reader) return statement.all(...params).length;
      return statement.run(...params).changes;
    },
    async *stream(sql) {
      for (const row of database.prepare(sql).raw(true).iterate()) yield row as SqlValue[];
    },
    transaction: async (work) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const value = await work();
        database.exec('COMMIT');
        return value;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: async () => void database.close(),
  };
}
