import { DomainError } from '@finance/domain';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** What a server tells about itself. */
export interface ServerState {
  readonly serverUuid: string;
  /** Every transaction that it has published as committed, on one line. */
  readonly position: string;
  /** Whether it refuses writes: a replica, a secondary, a source that was demoted, or a server under maintenance. */
  readonly isReadOnly: boolean;
}

const stateColumns = `@@global.gtid_executed AS position, @@global.server_uuid AS server_uuid, @@global.read_only AS is_read_only`;

/**
 * Reads the state in one statement. It touches one of our tables, because a member of a group lets only such a statement
 * wait for what other members have acknowledged.
 */
export const serverStateSql = `SELECT ${stateColumns}, EXISTS (SELECT 1 FROM org_state) AS touched`;

/** The same of a server whose other members are of no concern, or which has no tables yet. */
export const ownStateSql = `SELECT ${stateColumns}`;

/**
 * To be sent on every new connection, its error ignored, as a server without Group Replication knows no such variable.
 * Afterwards reads on a secondary, and on one of several primaries, wait until they include what any member of the group
 * has acknowledged. On the only primary, which has it all, they stay as quick as they are.
 */
export const groupConsistencySql = `SET SESSION group_replication_consistency =
  IF(@@global.group_replication_single_primary_mode AND NOT @@global.read_only, @@global.group_replication_consistency,
    IF(@@global.group_replication_consistency IN ('AFTER', 'BEFORE_AND_AFTER'), 'BEFORE_AND_AFTER', 'BEFORE'))`;

/** Reads a row of {@link serverStateSql}, whose numbers may have come as number, bigint or text. */
export function serverStateFrom(row: Readonly<Record<string, unknown>>): ServerState {
  return {
    serverUuid: String(row['server_uuid']),
    position: String(row['position']).replaceAll('\n', ''),
    isReadOnly: Number(row['is_read_only']) === 1,
  };
}

/** The newest state that a server which refuses writes can give: its own, its whole group's, or nobody knows. */
export type Newest = 'own' | 'group' | 'unknown';

/**
 * Whether a server that refuses writes has everything that was acknowledged anywhere. One that follows nobody has: it is
 * a primary at rest. A member that takes part in its group has, once {@link groupConsistencySql} was sent. Of one that
 * follows a source nobody can tell, nor of one whose user may not look.
 */
export async function newestOn(connection: Connection): Promise<Newest> {
  try {
    const group = await rows(connection, `SHOW GLOBAL VARIABLES LIKE 'group_replication_group_name'`);
    if (String(group[0]?.['Value'] ?? '') !== '') {
      const members = await rows(
        connection,
        `SELECT member_state AS state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid`,
      );
      return members[0]?.['state'] === 'ONLINE' ? 'group' : 'unknown';
    }
    const followed = await rows(connection, 'SHOW REPLICA STATUS');
    return followed.length === 0 ? 'own' : 'unknown';
  } catch (error) {
    if (error instanceof Error && 'fatal' in error && error.fatal === true) throw error;
    return 'unknown';
  }
}

/** For a read that wants the newest state, which a server that follows another one does not know. */
export const notTheNewest = (): DomainError =>
  new DomainError(
    'CONSISTENCY_UNAVAILABLE',
    'the database that answers follows another one and cannot tell what is newest; retry, or ask with minimize_latency',
  );

/** For a write on a server that refuses writes. */
export const readOnly = (cause?: unknown): DomainError =>
  new DomainError(
    'DATABASE_READ_ONLY',
    'the database refuses writes at present; reads go on, retry later',
    {},
    { cause },
  );

async function rows(connection: Connection, sql: string): Promise<RowDataPacket[]> {
  return (await connection.query<RowDataPacket[]>(sql))[0];
}
