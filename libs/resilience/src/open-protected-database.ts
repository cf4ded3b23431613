import { counter, gauge, type Metric } from '@finance/metrics';
import {
  createQueryDurations,
  distrustUnwatchedTree,
  measureQueries,
  openCurrentDatabase,
  openDatabase,
  type Database,
  type DatabaseTarget,
  type ServerIdentity,
} from '@finance/schema';
import type { BulkheadLimits } from './bulkhead.ts';
import { lookAtDatabase } from './database-look.ts';
import { databaseMetrics } from './database-metrics.ts';
import { protectDatabase, type ProtectedDatabase } from './protect-database.ts';

type SharedTarget = Exclude<DatabaseTarget, { engine: 'memory' }>;

/** Ten reads keep two cores of the database busy; nine instances fit within MySQL's default of 151 connections. */
const mysqlLimits = {
  reads: { runningMax: 10, waitingMax: 200 },
  writes: { runningMax: 4, waitingMax: 100 },
} satisfies Record<string, BulkheadLimits>;
/** For pings, positions and probes, which must not wait behind work. */
const controlConnections = 2;
const mysqlPool = {
  connectionsMax: mysqlLimits.reads.runningMax + mysqlLimits.writes.runningMax + controlConnections,
  // The bulkheads bound who waits. A caller who left while a silent database held all connections keeps a place here
  // until one is free, and nobody is to be refused for that.
  waitingMax: mysqlLimits.reads.waitingMax + mysqlLimits.writes.waitingMax,
};
/** Idle connections to a server that the address no longer leads to are dropped, and losses noticed, within this. */
const lookEveryMs = 2_000;
/** SQLite's reader threads, but for the one that pings take, and its writer. Of three, one is left beside two callers. */
const sqliteLimits = {
  reads: { runningMax: 3, waitingMax: 200 },
  writes: { runningMax: 1, waitingMax: 100 },
} satisfies Record<string, BulkheadLimits>;

/** A guarded primary with its replicas. */
export interface ServedDatabase {
  readonly database: ProtectedDatabase;
  readonly replicas: readonly ProtectedDatabase[];
  /** Of all of them: breakers, pools and named queries. */
  readonly metrics: readonly Metric[];
  /** Closes all of them. */
  close(): Promise<void>;
}

/**
 * Opens what a service works on: the database of a current schema and its replicas, each with a pool, bulkheads and a
 * breaker of its own, whose changes are logged. A replica may be away at the start.
 * @throws DomainError DATABASE_UNAVAILABLE whose message tells the operator, in one line, what to do
 */
export async function openProtectedDatabase(
  target: SharedTarget,
  replicaTargets: readonly SharedTarget[],
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void },
): Promise<ServedDatabase> {
  const servers = { last: undefined as ServerIdentity | undefined, changes: 0 };
  const onServer = (server: ServerIdentity): void => {
    const before = servers.last;
    servers.last = server;
    if (before && before.serverUuid !== server.serverUuid) {
      servers.changes += 1;
      log.warn({ ...server, before: before.serverUuid }, 'DATABASE_URL leads to another server');
    }
    if (server.isReadOnly) {
      log.warn(server, 'the database refuses writes: reads are served, writes fail until it accepts them');
    } else if (before?.isReadOnly) {
      log.info(server, 'the database accepts writes');
    }
  };
  const queries = createQueryDurations();
  const guard = (database: Database, role: 'primary' | 'replica'): ProtectedDatabase =>
    protectDatabase(measureQueries(database, queries), {
      ...(database.dialect.name === 'mysql' ? mysqlLimits : sqliteLimits),
      onStateChange: (state) => log.warn({ database: role, state }, 'circuit breaker'),
    });
  const current = await openCurrentDatabase(target, { ...mysqlPool, lookEveryMs, onServer });
  try {
    await distrustUnwatchedTree(current);
  } catch (error) {
    await current.close();
    throw error;
  }
  const look = lookAtDatabase(current, {
    everyMs: lookEveryMs,
    onHistoryLost: (lost) =>
      log.warn(lost, 'the database has lost what it had shown: tokens of before are refused with HISTORY_CHANGED'),
  });
  const database = guard(current, 'primary');
  const replicas = replicaTargets.map((replica) =>
    guard(openDatabase(replica, { ...mysqlPool, role: 'replica' }), 'replica'),
  );
  return {
    database,
    replicas,
    metrics: [
      ...databaseMetrics([database, ...replicas]),
      gauge('finance_database_read_only', '1 while the server that DATABASE_URL leads to refuses writes.', () =>
        Number(servers.last?.isReadOnly ?? false),
      ),
      counter(
        'finance_database_server_changes_total',
        'Times that DATABASE_URL has led to another server.',
        () => servers.changes,
      ),
      counter(
        'finance_database_histories_lost_total',
        'Times that the database was found to have lost what it had shown.',
        () => look.historiesLost,
      ),
      gauge(
        'finance_org_tree_in_step',
        '0 while plain SQL has changed who reports to whom, and SQL finds people by parent_id.',
        () => Number(look.isTreeInStep),
      ),
      queries.metric,
    ],
    close: async () => {
      look.close();
      await Promise.all([database, ...replicas].map((each) => each.close()));
    },
  };
}
