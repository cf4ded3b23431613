import type { Connection, RowDataPacket } from 'mysql2/promise';
import { SeederError } from '../seeder-error.ts';
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

/**
 * Sets what makes loads faster and this server and user allow; what they refuse stays as it is. Rows pass the binlog only
 * on a server that is alone, by the operator's word: no server can tell for certain that nobody will follow it.
 * @throws SeederError when somebody follows a server that is said to be alone
 */
export async function speedUpSession(connection: Connection, { serverIsAlone }: LoaderOptions): Promise<void> {
  if (serverIsAlone) await refuseFollowers(connection);
  for (const setting of serverIsAlone ? [...settings, 'sql_log_bin = 0'] : settings) {
    await connection.query(`SET SESSION ${setting}`).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    });
  }
}

async function refuseFollowers(connection: Connection): Promise<void> {
  const isTrue = async (sql: string): Promise<boolean> => {
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      return rows.length > 0;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
  };
  const isFollowed =
    (await isTrue(`SELECT 1 FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'`)) ||
    (await isTrue(`SELECT 1 FROM performance_schema.threads WHERE processlist_command LIKE 'Binlog Dump%'`)) ||
    (await isTrue(`SELECT 1 FROM performance_schema.replication_group_members WHERE member_state <> 'OFFLINE'`));
  if (isFollowed) {
    throw new SeederError(
      'somebody follows the binlog of this server (a replica, a group, a live index): leave out --server-is-alone',
    );
  }
}

/** The server answered that it will not: unknown variable, missing privilege. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true);
}
