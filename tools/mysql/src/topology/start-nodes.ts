import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineOf, pickFreePort, processStartedAt } from '@finance/private-server';
import { randomPassword } from '../server/instance-files.ts';
import type { InstanceRecord } from '../server/instance-files.ts';
import { resolveSettings } from '../settings.ts';
import { createNode } from './mysql-node.ts';
import type { MysqlNode } from './mysql-node.ts';
import { findLocalMysqld } from './node-data.ts';

/** Servers of one topology, and their end. */
export interface MysqlNodes {
  readonly nodes: readonly MysqlNode[];
  /** Kills every server and deletes its folder, whatever has happened to it. */
  close(): Promise<void>;
}

const folderPrefix = 'finance-topology-';

/**
 * Starts so many separate servers, each with an empty database `finance`, the same user and password, and GTIDs; a few
 * seconds each. `flags` are added to those that every server has. They end with `close`, at the latest with this process; what a killed process left is removed by
 * the next one that starts servers.
 */
export async function startNodes(count: number, flags: readonly string[] = []): Promise<MysqlNodes> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const killAll = (): void => {
    killServersIn(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once('exit', killAll);
  const close = async (): Promise<void> => {
    process.off('exit', killAll);
    await Promise.all(nodes.map((node) => node.kill()));
    killAll();
  };
  const nodes: MysqlNode[] = [];
  try {
    const settingsOf = (name: string) => resolveSettings({ folder: join(folder, name), progress: () => undefined });
    const binary = await findLocalMysqld(settingsOf('any'));
    const [password, rootPassword] = [randomPassword(), randomPassword()];
    for (let index = 0; index < count; index += 1) {
      const settings = settingsOf(`node-${index}`);
      const port = await pickFreePort(settings.instanceId);
      const { source, version } = binary;
      const record: InstanceRecord = { source, version, port, user: 'finance', password, rootPassword };
      const own = [`--server-id=${index + 1}`, '--report-host=127.0.0.1', `--report-port=${port}`];
      // A machine has room for the native requests of some thirty servers; more than that do not start.
      own.push('--innodb-use-native-aio=OFF');
      const node = await createNode(binary, record, settings, [...own, ...flags]);
      nodes.push(node);
      // One after the other: its port is taken before the next one is looked for.
      await node.start();
    }
    return { nodes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes the folders, and ends the servers, of processes that are gone. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || processStartedAt(Number(pid)) !== undefined) continue;
    killServersIn(join(tmpdir(), name));
    rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function killServersIn(folder: string): void {
  for (const name of readdirSync(folder)) {
    try {
      const pid = Number(readFileSync(join(folder, name, 'server.pid'), 'utf8'));
      if (commandLineOf(pid)?.includes(`--datadir=${join(folder, name)}/`)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has never started, or is gone.
    }
  }
}
