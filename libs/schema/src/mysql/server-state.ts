import { DomainError } from '@finance/domain';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { positionText } from '../position.ts';

/** Which server it is, and in which role. */
export interface ServerIdentity {
  readonly serverUuid: string;
  /** Whether it refuses writes: a replica, a secondary, a source that was demoted, or a server under maintenance. */
  readonly isReadOnly: boolean;
}

/** What a server tells about itself and its database. */
export interface ServerState extends ServerIdentity {
  /** The history of the database and every transaction that the server has published as committed. */
  readonly position: string;
}

/** A server that was silent for longer may have a successor: no group and no tool gives one up sooner. */
export const silenceMaxMs = 1_000;

const identityColumns = `@@global.server_uuid AS server_uuid, @@global.read_only AS is_read_only`;

/**
 * Reads the state in one statement. It touches one of our tables, because a member of a group lets only such a statement
 * wait for what other members have acknowledged.
 */
export const serverStateSql = `SELECT ${identityColumns}, @@global.gtid_executed AS executed,
  (SELECT history_id FROM history WHERE id = 1) AS history_id`;

/** The identity alone, of a server whose other members are of no concern, or which has no tables yet. */
export const serverIdentitySql = `SELECT ${identityColumns}`;

/**
 * To be sent on every new connection, its error ignored, as a server without Group Replication knows no such variable.
 * Afterwards a read on a member of a group waits until it includes what any member has acknowledged, and fails on one
 * that cannot reach the others: also on a primary, which may have been halted or cut off and has a successor.
 */
export const groupConsistencySql = `SET SESSION group_replication_consistency =
  IF(@@global.group_replication_consistency IN ('AFTER', 'BEFORE_AND_AFTER'), 'BEFORE_AND_AFTER', 'BEFORE')`;

/** Reads a row of {@link serverIdentitySql}, whose numbers may have come as number, bigint or text. */
export function serverIdentityFrom(row: Readonly<Record<string, unknown>>): ServerIdentity {
  return { serverUuid: String(row['server_uuid']), isReadOnly: Number(row['is_read_only']) === 1 };
}

/** Reads a row of {@link serverStateSql}. */
export function serverStateFrom(row: Readonly<Record<string, unknown>>): ServerState {
  const point = String(row['executed']).replaceAll('\n', '');
  return { ...serverIdentityFrom(row), position: positionText({ historyId: String(row['history_id'] ?? ''), point }) };
}

/** Asks a server for its identity. Rejects with the driver's error, also when it falls silent. */
export async function askIdentity(connection: Connection): Promise<ServerIdentity> {
  return serverIdentityFrom((await rows(connection, serverIdentitySql))[0]!);
}

/**
 * Whether a server can give everything that was acknowledged anywhere: one that accepts writes; a member that takes part
 * in its group, once {@link groupConsistencySql} was sent; one that refuses writes and follows nobody, a primary at rest.
 * Of one that follows a source nobody can tell, nor of one whose user may not look.
 */
export async function knowsNewest(connection: Connection, { isReadOnly }: ServerIdentity): Promise<boolean> {
  if (!isReadOnly) return true;
  try {
    if ((await groupNameOf(connection)) !== '') {
      const members = await rows(
        connection,
        `SELECT member_state AS state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid`,
      );
      return members[0]?.['state'] === 'ONLINE';
    }
    return (await rows(connection, 'SHOW REPLICA STATUS')).length === 0;
  } catch (error) {
    if (error instanceof Error && 'fatal' in error && error.fatal === true) throw error;
    return false;
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

/** ER_UNKNOWN_SYSTEM_VARIABLE, of a server without Group Replication. */
const unknownVariable = 1193;

async function groupNameOf(connection: Connection): Promise<string> {
  try {
    const [row] = await rows(connection, 'SELECT @@global.group_replication_group_name AS name');
    return String(row?.['name'] ?? '');
  } catch (error) {
    if (error instanceof Error && 'errno' in error && error.errno === unknownVariable) return '';
    throw error;
  }
}

/** For questions that a server answers at once. */
const answerTimeMaxMs = 3_000;

async function rows(connection: Connection, sql: string): Promise<RowDataPacket[]> {
  return (await connection.query<RowDataPacket[]>({ sql, timeout: answerTimeMaxMs }))[0];
}
