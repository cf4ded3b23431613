import type { MysqlNode } from './mysql-node.ts';
import { startNodes } from './start-nodes.ts';
import { waitUntil } from './wait-until.ts';

/** A source that can be written, and a replica that follows it and can not. */
export interface SourceAndReplica {
  readonly source: MysqlNode;
  readonly replica: MysqlNode;
  close(): Promise<void>;
}

/** Long enough that a commit without its replica waits until the source is killed. */
const semiSyncWaitMs = 3_600_000;

/** Starts both; replication by GTID and auto position. `semi-sync`: a commit waits for the replica (AFTER_SYNC). */
export async function startSourceAndReplica(mode: 'async' | 'semi-sync' = 'async'): Promise<SourceAndReplica> {
  const plugins = ['--plugin-load-add=semisync_source.so', '--plugin-load-add=semisync_replica.so'];
  const { nodes, close } = await startNodes(2, mode === 'semi-sync' ? plugins : []);
  const [source, replica] = [nodes[0]!, nodes[1]!];
  try {
    await follow(replica, source);
    if (mode === 'semi-sync') await waitForReplicaAtCommit(source, replica);
    return { source, replica, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes a server follow another one and refuse writes, administrators' too; waits until it receives. */
export async function follow(replica: MysqlNode, source: MysqlNode): Promise<void> {
  const { host, port, user, password } = source;
  await replica.sql(
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_PORT=${port}, SOURCE_USER='${user}',
      SOURCE_PASSWORD='${password}', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_CONNECT_RETRY=1`,
    'START REPLICA',
    'SET GLOBAL super_read_only = ON',
  );
  await waitUntil(`the replica on port ${replica.port} receiving`, async () => {
    const states = await replica.sql(`SELECT service_state FROM performance_schema.replication_connection_status
      WHERE channel_name = ''`);
    return states[0]?.['service_state'] === 'ON';
  });
}

/** Waits until the replica has applied everything that the source has now. */
export async function catchUp(replica: MysqlNode, source: MysqlNode): Promise<void> {
  const position = await source.executed();
  await waitUntil(`the replica on port ${replica.port} at its source's position`, async () => {
    const rows = await replica.sql(`SELECT GTID_SUBSET('${position}', @@global.gtid_executed) AS reached`);
    return rows[0]?.['reached'] === '1';
  });
}

/** Makes a replica a source: it applies what it has received, follows nobody, and can be written. */
export async function promote(replica: MysqlNode): Promise<void> {
  await replica.sql('STOP REPLICA IO_THREAD');
  await waitUntil(`the replica on port ${replica.port} having applied what it received`, async () => {
    const rows = await replica.sql(`SELECT GTID_SUBSET(received_transaction_set, @@global.gtid_executed) AS applied
      FROM performance_schema.replication_connection_status WHERE channel_name = ''`);
    return rows[0]?.['applied'] === '1';
  });
  await replica.sql('STOP REPLICA', 'RESET REPLICA ALL', 'SET GLOBAL read_only = OFF');
}

/** Makes a server refuse writes; its connections stay open, and it follows nobody yet. */
export async function demote(source: MysqlNode): Promise<void> {
  await source.sql('SET GLOBAL super_read_only = ON');
}

async function waitForReplicaAtCommit(source: MysqlNode, replica: MysqlNode): Promise<void> {
  await source.sql(
    'SET GLOBAL rpl_semi_sync_source_enabled = ON',
    `SET GLOBAL rpl_semi_sync_source_timeout = ${semiSyncWaitMs}`,
  );
  await replica.sql(
    'SET GLOBAL rpl_semi_sync_replica_enabled = ON',
    'STOP REPLICA IO_THREAD',
    'START REPLICA IO_THREAD',
  );
  await waitUntil('semi-synchronous replication', async () => {
    const clients = await source.sql(`SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_clients'`);
    return clients[0]?.['Value'] === '1';
  });
}
