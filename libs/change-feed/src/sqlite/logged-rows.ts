import type { Database, Statement } from 'better-sqlite3';
import { feedTables, type FeedTable, type Value } from '../rows/feed-tables.ts';
import { loggedTables } from './change-log.ts';
import { selectColumns } from './load-tables.ts';

/** A logged table, and how a row of it is read by its key. */
export interface LoggedRows {
  readonly table: FeedTable;
  readonly row: Statement<[bigint], Value[]>;
}

/** By `table_code` - 1. */
export function loggedRows(database: Database): readonly LoggedRows[] {
  return loggedTables.map((name) => {
    const table = feedTables.find((each) => each.name === name)!;
    const key = table.columns[0]!.name;
    return { table, row: database.prepare<[bigint], Value[]>(`${selectColumns(table)} WHERE ${key} = ?`).raw() };
  });
}
