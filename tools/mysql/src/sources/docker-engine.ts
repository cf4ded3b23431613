import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { runCommand, SetupError } from '@finance/private-server';
import { grantStatements } from '../server/grants-sql.ts';
import type { InstanceRecord } from '../server/instance-files.ts';
import { serverFlags } from '../server/server-flags.ts';
import { waitUntilReady } from '../server/wait-until-ready.ts';
import type { MysqlSettings } from '../settings.ts';

const image = 'mysql:8.4';
/** The version of `image`, for the record before the server has been asked. */
export const dockerImageVersion = '8.4';
/** A healthy engine answers in well under a second; a missing one may hang on its socket. */
const engineTimeoutMs = 5000;
const commandTimeoutMs = 90_000;
/** `docker run` downloads the image first (about 170 MB). */
const runTimeoutMs = 15 * 60_000;
const stopSeconds = 60;

/** Throws SetupError unless a Docker engine answers within five seconds. */
export async function requireDockerEngine(): Promise<void> {
  const { code, stderr } = await runCommand('docker', ['info'], engineTimeoutMs);
  if (code !== 0) throw new SetupError(`no engine answers: ${stderr.trim().split('\n').at(-1) || 'no reply in 5 s'}`);
}

/** The container's name, unique to the instance folder. */
export function containerName(settings: MysqlSettings): string {
  return `finance-mysql-${settings.instanceId}`;
}

/** Whether the instance's container runs now. */
export async function isContainerRunning(settings: MysqlSettings): Promise<boolean> {
  const args = ['inspect', '--format', '{{.State.Running}}', containerName(settings)];
  return (await runCommand('docker', args, engineTimeoutMs)).stdout.trim() === 'true';
}

/** Starts the instance's container, creating it at first, and gives it the user and the database of `record`. */
export async function startContainer(settings: MysqlSettings, record: InstanceRecord): Promise<void> {
  const name = containerName(settings);
  settings.progress(`starting container ${name} of ${image}; the first time Docker downloads the image`);
  const restarted = await runCommand('docker', ['start', name], commandTimeoutMs);
  if (restarted.code !== 0) await createContainer(settings, record);
  await waitUntilReady({ ...record, user: 'root', password: record.rootPassword }, settings, async () =>
    (await isContainerRunning(settings)) ? undefined : `container ${name} has ended: see docker logs ${name}`,
  );
  const connection = await createConnection({
    host: '127.0.0.1',
    port: record.port,
    user: 'root',
    password: record.rootPassword,
  });
  try {
    for (const statement of grantStatements(record)) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

async function createContainer(settings: MysqlSettings, record: InstanceRecord): Promise<void> {
  // Arguments of a process can be read by every user of the machine, a file of mode 0600 cannot.
  const envFile = join(settings.folder, 'container.env');
  writeFileSync(envFile, `MYSQL_ROOT_PASSWORD=${record.rootPassword}\n`, { mode: 0o600 });
  try {
    const publish = `127.0.0.1:${record.port}:3306`;
    const options = ['--detach', '--name', containerName(settings), '--env-file', envFile, '--publish', publish];
    const { code, stderr } = await runCommand('docker', ['run', ...options, image, ...serverFlags()], runTimeoutMs);
    if (code !== 0) throw new SetupError(`docker run failed: ${stderr.trim()}`);
  } finally {
    rmSync(envFile, { force: true });
  }
}

/** Stops the instance's container; the engine kills it when it has not ended after a minute. */
export async function stopContainer(settings: MysqlSettings): Promise<void> {
  const args = ['stop', '--time', String(stopSeconds), containerName(settings)];
  const { code, stderr } = await runCommand('docker', args, commandTimeoutMs);
  if (code !== 0) throw new SetupError(`docker stop failed: ${stderr.trim()}`);
}

/** Removes the instance's container with its data, if there is one. */
export async function removeContainer(settings: MysqlSettings): Promise<void> {
  await runCommand('docker', ['rm', '--force', '--volumes', containerName(settings)], commandTimeoutMs);
}
