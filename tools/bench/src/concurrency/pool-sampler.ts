import { openConnection, type SqlConnection, type StoredTarget } from '@finance/seeder';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolUse } from '../result-types.ts';

/** Often enough to see a full pool, seldom enough to cost nothing. */
const sampleIntervalMs = 100;

/** Watches the server of a database while a load runs. */
export interface PoolSampler {
  /** Ends the watch. Null where there is no server, or it has gone. */
  end(): Promise<PoolUse | null>;
}

/** Begins to watch the connections to a database and the temporary tables of its server, through one more connection. */
export async function samplePool(target: StoredTarget): Promise<PoolSampler> {
  if (target.engine === 'sqlite') return { end: async () => null };
  const connection = await openConnection(target);
  const name = decodeURIComponent(new URL(target.url).pathname.slice(1));
  const before = await temporaryTables(connection);
  const ending = new AbortController();
  const peaks = { connectionsMax: 0, runningMax: 0 };
  const sampling = (async () => {
    while (!ending.signal.aborted) {
      const { connections, running } = await connectionsTo(connection, name);
      peaks.connectionsMax = Math.max(peaks.connectionsMax, connections);
      peaks.runningMax = Math.max(peaks.runningMax, running);
      await sleep(sampleIntervalMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    end: async () => {
      ending.abort();
      try {
        await sampling;
        const after = await temporaryTables(connection);
        return {
          ...peaks,
          temporaryTables: after.all - before.all,
          temporaryTablesOnDisk: after.onDisk - before.onDisk,
        };
      } catch {
        return null;
      } finally {
        await connection.close().catch(() => undefined);
      }
    },
  };
}

/** SHOW makes no temporary table; a query of information_schema would, and count itself. */
async function connectionsTo(
  connection: SqlConnection,
  database: string,
): Promise<{ connections: number; running: number }> {
  const others = (await connection.all('SHOW PROCESSLIST')).filter(
    (row) => row['db'] === database && row['Info'] !== 'SHOW PROCESSLIST',
  );
  return { connections: others.length, running: others.filter((row) => row['Command'] !== 'Sleep').length };
}

async function temporaryTables(connection: SqlConnection): Promise<{ all: number; onDisk: number }> {
  const rows = await connection.all(
    `SHOW GLOBAL STATUS WHERE Variable_name IN ('Created_tmp_tables', 'Created_tmp_disk_tables', 'Com_create_table')`,
  );
  const values = new Map(rows.map((row) => [String(row['Variable_name']), Number(row['Value'])]));
  const valueOf = (name: string): number => values.get(name) ?? 0;
  // CREATE TEMPORARY TABLE counts as Com_create_table; nobody makes other tables during a measurement.
  return {
    all: valueOf('Created_tmp_tables') + valueOf('Com_create_table'),
    onDisk: valueOf('Created_tmp_disk_tables'),
  };
}
