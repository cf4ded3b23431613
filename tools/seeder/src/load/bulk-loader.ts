import type { Cell, TableName } from '../data/tables.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import type { StoredTarget } from '../database/target.ts';
import { openMysqlLoader } from './mysql.ts';
import { openSqliteLoader } from './sqlite.ts';

/** How careful a load must be. */
export interface LoaderOptions {
  /**
   * Nobody reads or follows the database yet: an engine may give up what protects a machine's sudden end until
   * `finish`. What protects the process's sudden end stays.
   */
  readonly initial: boolean;
  /** Nobody follows the MySQL server, now or later, and no backup is brought forward by its binlog: rows pass it. */
  readonly serverIsAlone: boolean;
  /** Tells a person something that is worth knowing. */
  readonly notice: (line: string) => void;
}

/** The fastest safe way of an engine to load many rows. Holds the database against a second loader. */
export interface BulkLoader {
  readonly connection: SqlConnection;
  /** Tables that are loaded and indexed side by side; within a lane in order. */
  readonly lanes: readonly (readonly TableName[])[];
  /** Rows in one transaction unless the caller chooses. */
  readonly batchRowsDefault: number;
  /** Adds rows and sets the table's progress to `committedRows`, both or neither; may ask for the rows twice. */
  insertBatch(table: TableName, rows: () => Iterable<Cell[]>, rowCount: number, committedRows: number): Promise<void>;
  dropIndexes(table: TableName, names: readonly string[]): Promise<void>;
  createIndexes(table: TableName, indexes: readonly { name: string; columns: string }[]): Promise<void>;
  /** Makes everything durable, refreshes the planner's statistics, restores normal settings. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** @throws SeederError when another seeder or program holds the database */
export async function openLoader(target: StoredTarget, options: LoaderOptions): Promise<BulkLoader> {
  return target.engine === 'sqlite' ? openSqliteLoader(target.file, options) : openMysqlLoader(target.url, options);
}
