import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LoaderOptions } from './bulk-loader.ts';

/** For sorting new indexes: the largest table's keys then need one pass or two. */
const ddlBufferBytes = 256 * 1024 * 1024;

const settings = [
  'unique_checks = 0',
  'foreign_key_checks = 0',
  `innodb_ddl_buffer_size = ${ddlBufferBytes}`,
  'innodb_ddl_threads = 2',
  'innodb_parallel_read_threads = 2',
];

/** Sets what makes loads faster and this server and user allow; what they refuse stays as it is. */
export async function speedUpSession(connection: Connection, { initial }: LoaderOptions): Promise<void> {
  // A follower of the binlog (replica, change feed) must see every row; without one nobody misses them.
  const wanted = initial && !(await isFollowed(connection)) ? [...settings, 'sql_log_bin = 0'] : settings;
  for (const setting of wanted) {
    await connection.query(`SET SESSION ${setting}`).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    });
  }
}

/** Whether somebody reads the binlog now; true when this user may not know. */
async function isFollowed(connection: Connection): Promise<boolean> {
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS n FROM performance_schema.threads WHERE processlist_command LIKE 'Binlog Dump%'`,
    );
    return Number(rows[0]?.['n']) > 0;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return true;
  }
}

/** The server answered that it will not: unknown variable, missing privilege. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true);
}
