import mysql, { type Connection, type ConnectionOptions } from 'mysql2';

const connectTimeoutMs = 5_000;

/**
 * Everything that our statements rely on and that a session would inherit from the server, its configuration or its
 * init_connect. What a user needs a privilege to set is not here: where it matters, the doctor looks at it. Nor is what
 * changes plans alone.
 */
const settings: Readonly<Record<string, string | number>> = {
  autocommit: 1,
  completion_type: `'NO_CHAIN'`,
  transaction_isolation: `'REPEATABLE-READ'`,
  transaction_read_only: 0,
  time_zone: `'+00:00'`,
  timestamp: 'DEFAULT',
  sql_mode: `'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO'`,
  // Rows that a statement reads or answers. A limit of joins turns big selects off, so it comes first.
  sql_select_limit: '18446744073709551615',
  max_join_size: '18446744073709551615',
  sql_big_selects: 1,
  sql_safe_updates: 0,
  sql_auto_is_null: 0,
  max_execution_time: 0,
  cte_max_recursion_depth: 1_000_000,
  group_concat_max_len: 1024 * 1024,
  max_sort_length: 1024,
  foreign_key_checks: 1,
  unique_checks: 1,
  default_storage_engine: `'InnoDB'`,
  default_tmp_storage_engine: `'InnoDB'`,
  big_tables: 0,
  // Locks of tables and of rows: DDL takes a while; whoever waits longer fails.
  lock_wait_timeout: 120,
  innodb_lock_wait_timeout: 50,
  // How long the server waits for a client that is busy with rows.
  net_write_timeout: 600,
};

/** Options of every connection of ours. */
export const mysqlConnectionOptions = (url: string) =>
  ({ uri: url, connectTimeout: connectTimeoutMs, charset: 'UTF8MB4_BIN', supportBigNumbers: true }) as const;

/**
 * The statements that every new connection begins with. `own` are settings beyond those of all, or in the place of them,
 * as they are written in SQL.
 */
export function mysqlSessionStatements(url: string, own: Readonly<Record<string, string | number>> = {}): string[] {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const all = Object.entries({ ...settings, ...own }).map(([name, value]) => `SESSION ${name} = ${value}`);
  return [
    // The server may have been told to begin elsewhere.
    ...(database === '' ? [] : [`USE ${mysql.escapeId(database, true)}`]),
    `SET NAMES utf8mb4 COLLATE utf8mb4_bin, ${all.join(', ')}`,
  ];
}

/** Opens a connection whose session is as ours are, whatever the server hands down. Rejects with the driver's error. */
export async function connectMysql(
  url: string,
  options: ConnectionOptions = {},
  own: Readonly<Record<string, string | number>> = {},
): Promise<Connection> {
  const connection = mysql.createConnection({ ...mysqlConnectionOptions(url), ...options });
  // Without a listener a lost idle connection would end the process; the next query reports it.
  connection.on('error', () => undefined);
  try {
    // The server may fall silent in the middle.
    const timeout = options.connectTimeout ?? connectTimeoutMs;
    for (const sql of mysqlSessionStatements(url, own)) await connection.promise().query({ sql, timeout });
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/**
 * Opens a connection for questions about the server alone, whose session is as the server hands it down: half the time of
 * {@link connectMysql}. Rejects with the driver's error.
 */
export async function connectBare(url: string): Promise<Connection> {
  const connection = mysql.createConnection({ ...mysqlConnectionOptions(url), flags: ['-LOCAL_FILES'] });
  connection.on('error', () => undefined);
  try {
    await connection.promise().connect();
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
