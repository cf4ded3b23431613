import type { StoredTarget } from './target.ts';
import { openMysqlConnection } from './mysql-connection.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

export type SqlValue = bigint | number | string | null;

/** A row by column name: integers bigint, REAL and DOUBLE number, DECIMAL and DATETIME their text. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** One connection for maintenance work: no limits of time, any schema, text SQL with `?` and backticks. */
export interface SqlConnection {
  readonly engine: StoredTarget['engine'];
  all(sql: string, params?: readonly SqlValue[]): Promise<SqlRow[]>;
  /** The number of rows that changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
  /** Rows one by one as arrays; safe integers may come as number or bigint. Read to the end, or break. */
  stream(sql: string): AsyncIterable<readonly SqlValue[]>;
  /** Runs work atomically. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a connection. SQLite files must exist. */
export async function openConnection(target: StoredTarget): Promise<SqlConnection> {
  return target.engine === 'sqlite' ? openSqliteConnection(target.file) : openMysqlConnection(target.url);
}

/** Opens a connection for the time of some work. */
export async function withConnection<T>(
  target: StoredTarget,
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(target);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
