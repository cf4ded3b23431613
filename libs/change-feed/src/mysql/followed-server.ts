import { historyPointOf, type ServerState } from '@finance/schema';
import type { Connection } from 'mysql2';
import { setTimeout as delay } from 'node:timers/promises';
import { ChangeFeedError } from '../change-feed-error.ts';
import { GtidSet } from '../position/gtid-set.ts';
import { readServerState, textRows } from './connection.ts';

/** The server of a binlog connection, as it was when that began. */
export interface FollowedServer {
  readonly serverUuid: string;
  /** RESET statements since it started. One more may have given known numbers to other transactions. */
  readonly resets: string;
}

/** A transaction is sent some moments before it is published. What a server does not publish for longer it has not. */
export const unpublishedMaxMs = 1_000;
const pollMs = 20;

/**
 * Makes sure that a server has everything that was followed, in the same history.
 * @throws ChangeFeedError `history` when it has not, `unavailable` when it is a replica, which may be late
 */
export async function verifyServer(
  connection: Connection,
  historyId: string,
  reached: GtidSet,
): Promise<FollowedServer> {
  const sinceMs = performance.now();
  for (;;) {
    const state = await readServerState(connection);
    if (historyPointOf(state.position).historyId !== historyId) throw otherHistory();
    if (executedOf(state).contains(reached)) {
      return { serverUuid: state.serverUuid, resets: await resetsOf(connection) };
    }
    if (performance.now() - sinceMs > unpublishedMaxMs) {
      if (!state.isReadOnly) throw otherHistory();
      throw new ChangeFeedError('unavailable', 'the server is read-only and has not yet what was followed');
    }
    await delay(pollMs);
  }
}

/** The GTID set of a server's position. */
export const executedOf = ({ position }: ServerState): GtidSet => GtidSet.parse(historyPointOf(position).point);

/** RESET statements that a server has run since it started. */
export async function resetsOf(connection: Connection): Promise<string> {
  const [row] = await textRows(connection, `SHOW GLOBAL STATUS LIKE 'Com_reset'`);
  return row?.['Value'] ?? '';
}

/**
 * The last transaction that a server made itself, if it is among those and its binlog still has it: asked for once more,
 * it shows later whether the server is of the same history.
 */
export async function ownLastOf(
  connection: Connection,
  serverUuid: string,
  reached: GtidSet,
): Promise<{ readonly source: string; readonly number: number } | undefined> {
  const [row] = await textRows(
    connection,
    `SELECT @@global.gtid_purged AS purged,
      (SELECT variable_value FROM performance_schema.global_variables WHERE variable_name = 'group_replication_group_name') AS group_name`,
  ).catch(() => textRows(connection, 'SELECT @@global.gtid_purged AS purged'));
  const purged = GtidSet.parse(row!['purged']!.replaceAll('\n', ''));
  for (const source of [row!['group_name'], serverUuid]) {
    const number = source ? reached.lastOf(source) : undefined;
    if (!source || number === undefined) continue;
    const last = new GtidSet();
    last.add(source, number);
    if (!purged.contains(last)) return { source, number };
  }
  return undefined;
}

export const otherHistory = (): ChangeFeedError =>
  new ChangeFeedError(
    'history',
    'the database has not what was followed: it was failed over with losses, restored or reset',
  );
