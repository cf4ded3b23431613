import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { createInstanceFolders, instancePaths } from '../server/instance-files.ts';
import { databaseName } from '../server/grants-sql.ts';
import type { InstanceRecord } from '../server/instance-files.ts';
import { runningPid, startMysqld, stopMysqld } from '../server/mysqld-process.ts';
import type { MysqlSettings } from '../settings.ts';
import type { MysqldBinary } from '../sources/mysqld-binary.ts';
import { copyFreshData } from './node-data.ts';
import { waitUntil } from './wait-until.ts';

/** One server of a topology: a process with a port and data of its own, which its owner may end in any way. */
export interface MysqlNode {
  /** Of an administrator, in the empty database `finance`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Runs statements on a connection of their own, outside the database; gives the rows of the last one. */
  sql(...statements: readonly string[]): Promise<Record<string, string>[]>;
  /** Every transaction it has, as a GTID set on one line. */
  executed(): Promise<string>;
  serverUuid(): Promise<string>;
  /** Waits until it answers. With its data of before, and the same port. */
  start(): Promise<void>;
  /** Lets running statements end. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL); returns when it has gone. */
  kill(): Promise<void>;
  /** Halts it (SIGSTOP): connections stay open, and nobody answers. */
  suspend(): void;
  /** Lets it go on after {@link suspend}. */
  resume(): void;
}

/** Nodes hold little; a clean start writes these whole. */
const smallFlags = ['--innodb-buffer-pool-size=64M', '--loose-innodb-redo-log-capacity=64M', '--max-connections=300'];
const connectTimeoutMs = 5_000;

/** Makes the node's folder with fresh data; `flags` are added to those of every start. The node is not started yet. */
export async function createNode(
  binary: MysqldBinary,
  record: InstanceRecord,
  settings: MysqlSettings,
  flags: readonly string[],
): Promise<MysqlNode> {
  const paths = instancePaths(settings);
  createInstanceFolders(settings, paths);
  await copyFreshData(binary, paths.data, settings);
  const { port, user, password } = record;
  const host = '127.0.0.1';
  const signal = (name: NodeJS.Signals): void => {
    const pid = runningPid(paths);
    if (pid !== undefined) process.kill(pid, name);
  };

  const sql: MysqlNode['sql'] = async (...statements) => {
    const connection = await createConnection({
      ...{ host, port, user, password, connectTimeout: connectTimeoutMs },
      ...{ supportBigNumbers: true, bigNumberStrings: true, dateStrings: true },
      typeCast: (field) => field.string(),
    });
    try {
      let rows: unknown;
      for (const statement of statements) [rows] = await connection.query<RowDataPacket[]>(statement);
      return Array.isArray(rows) ? rows.map((row: Record<string, string>) => ({ ...row })) : [];
    } finally {
      connection.destroy();
    }
  };

  return {
    url: `mysql://${user}:${password}@${host}:${port}/${databaseName}`,
    host,
    port,
    user,
    password,
    sql,
    executed: async () => (await sql('SELECT @@global.gtid_executed AS gtids'))[0]!['gtids']!.replaceAll('\n', ''),
    serverUuid: async () => (await sql('SELECT @@server_uuid AS uuid'))[0]!['uuid']!,
    start: () => startMysqld(binary, paths, record, settings, [...smallFlags, ...flags]),
    stop: async () => {
      const pid = runningPid(paths);
      if (pid !== undefined) await stopMysqld(pid, paths, settings);
    },
    kill: async () => {
      signal('SIGKILL');
      await waitUntil(`the end of the server on port ${port}`, async () => runningPid(paths) === undefined);
    },
    suspend: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  };
}
