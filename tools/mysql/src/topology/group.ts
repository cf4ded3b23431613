import { randomUUID } from 'node:crypto';
import { pickFreePort } from '@finance/private-server';
import type { MysqlNode } from './mysql-node.ts';
import { startNodes } from './start-nodes.ts';
import { waitUntil } from './wait-until.ts';

/** Which members of a group can be written. */
export type GroupMode = 'single-primary' | 'multi-primary';

/** Three servers in a group (Group Replication). */
export interface MysqlGroup {
  readonly nodes: readonly MysqlNode[];
  /** Waits for the member that can be written, as one of these sees it; by default, as any member does. */
  primary(among?: readonly MysqlNode[]): Promise<MysqlNode>;
  /** Plans a change of the primary; returns when it is done. */
  switchTo(node: MysqlNode): Promise<void>;
  /** Brings a member that was killed back, and waits until it takes part. */
  rejoin(node: MysqlNode): Promise<void>;
  close(): Promise<void>;
}

const size = 3;

/** Starts the group and waits until all three take part; some twenty seconds. `flags` are for each server. */
export async function startGroup(mode: GroupMode, flags: readonly string[] = []): Promise<MysqlGroup> {
  const name = randomUUID();
  const ports: number[] = [];
  for (let index = 0; index < size; index += 1) ports.push(await pickFreePort(`${name}-${index}`));
  const { nodes, close } = await startNodes(size, [
    '--plugin-load-add=group_replication.so',
    `--loose-group-replication-group-name=${name}`,
    '--loose-group-replication-start-on-boot=OFF',
    `--loose-group-replication-group-seeds=${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    '--loose-group-replication-recovery-get-public-key=ON',
    // A member that is silent for five seconds is out; the default waits for five more.
    '--loose-group-replication-member-expel-timeout=0',
    '--loose-group-replication-ip-allowlist=127.0.0.1/8',
    '--loose-group-replication-communication-stack=XCOM',
    `--loose-group-replication-single-primary-mode=${mode === 'single-primary' ? 'ON' : 'OFF'}`,
    `--loose-group-replication-enforce-update-everywhere-checks=${mode === 'multi-primary' ? 'ON' : 'OFF'}`,
    ...flags,
  ]);
  const join = async (node: MysqlNode): Promise<void> => {
    const port = ports[nodes.indexOf(node)]!;
    await node.sql(
      `SET GLOBAL group_replication_local_address = '127.0.0.1:${port}'`,
      `START GROUP_REPLICATION USER='${node.user}', PASSWORD='${node.password}'`,
    );
    await waitUntil(`the server on port ${node.port} in its group`, async () => {
      const rows = await node.sql(`SELECT member_state AS state FROM performance_schema.replication_group_members
        WHERE member_id = @@server_uuid`);
      return rows[0]?.['state'] === 'ONLINE';
    });
  };
  try {
    const first = nodes[0]!;
    await first.sql('SET GLOBAL group_replication_bootstrap_group = ON');
    await join(first);
    await first.sql('SET GLOBAL group_replication_bootstrap_group = OFF');
    for (const node of nodes.slice(1)) await join(node);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes,
    primary: (among = nodes) => waitUntil('a primary of the group', () => writableMember(among)),
    switchTo: async (node) => {
      await node.sql(`SELECT group_replication_set_as_primary('${await node.serverUuid()}')`);
    },
    rejoin: async (node) => {
      await node.start();
      await join(node);
    },
    close,
  };
}

/** The first server that takes part, is a primary, and accepts writes. */
async function writableMember(nodes: readonly MysqlNode[]): Promise<MysqlNode | undefined> {
  for (const node of nodes) {
    const rows = await node
      .sql(
        `SELECT member_role AS role, member_state AS state, @@super_read_only AS readOnly
          FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid`,
      )
      .catch(() => []);
    const { role, state, readOnly } = rows[0] ?? {};
    if (role === 'PRIMARY' && state === 'ONLINE' && readOnly === '0') return node;
  }
  return undefined;
}
