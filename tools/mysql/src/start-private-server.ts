import { rmSync } from 'node:fs';
import { becomesFree, messageOf, pickFreePort, SetupError } from '@finance/private-server';
import { ensureDataFolder, isDataFolderComplete } from './server/data-folder.ts';
import { databaseName } from './server/grants-sql.ts';
import { randomPassword, writeInstanceRecord } from './server/instance-files.ts';
import type { InstancePaths, InstanceRecord } from './server/instance-files.ts';
import { runningPid, startMysqld, stopMysqld } from './server/mysqld-process.ts';
import { privateSourceNames } from './settings.ts';
import type { MysqlSettings, PrivateSourceName } from './settings.ts';
import { findDebianMysqld } from './sources/debian-source.ts';
import { dockerImageVersion, removeContainer, requireDockerEngine, startContainer } from './sources/docker-engine.ts';
import { findMysqldOnPath } from './sources/path-source.ts';

const sourceLabels: Readonly<Record<PrivateSourceName, string>> = {
  path: 'mysqld on the path',
  docker: 'Docker',
  debian: "Debian's packages",
};

const whatToDo = `Do one of these and run the command again:
  - set MYSQL_URL=mysql://user:password@host:3306/${databaseName} to a MySQL 8.0 or newer
  - install MySQL's server so that mysqld is on the path (Ubuntu: apt-get install mysql-server-core-8.0; macOS: brew install mysql)
  - install and start Docker
  - on Debian: have a network, dpkg-deb, and a mirror in /etc/apt/sources.list* that carries the unstable suite`;

/**
 * Starts the folder's server from the first source that can give one, its remembered source before the others. The
 * caller holds the folder's lock. Throws SetupError that lists what was tried and what to install.
 */
export async function startPrivateServer(
  settings: MysqlSettings,
  paths: InstancePaths,
  remembered: InstanceRecord | undefined,
): Promise<InstanceRecord> {
  const all = settings.source === 'auto' ? privateSourceNames : [settings.source];
  const order = all.toSorted((a, b) => Number(b === remembered?.source) - Number(a === remembered?.source));
  const refusals: string[] = [];
  for (const source of order) {
    const hadData = isDataFolderComplete(paths);
    try {
      return await startFrom(source, settings, paths, remembered);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      if (error instanceof OldDataError) throw error;
      refusals.push(`  - ${sourceLabels[source]}: ${messageOf(error)}`);
      settings.progress(`${sourceLabels[source]}: ${messageOf(error)}`);
      if (!hadData) await discardAttempt(source, settings, paths);
    }
  }
  throw new SetupError(`no MySQL could be started. Tried:\n${refusals.join('\n')}\n${whatToDo}`);
}

/** The data are there but their server does not start: another source would hide, not solve it. */
class OldDataError extends SetupError {}

async function startFrom(
  source: PrivateSourceName,
  settings: MysqlSettings,
  paths: InstancePaths,
  remembered: InstanceRecord | undefined,
): Promise<InstanceRecord> {
  if (source === 'docker') {
    await requireDockerEngine();
    const record = await makeRecord(source, dockerImageVersion, settings, remembered);
    // A container's published port cannot change: one that was created with another port is of no use any more.
    if (record.port !== remembered?.port) await removeContainer(settings);
    writeInstanceRecord(paths.record, record);
    await startContainer(settings, record);
    return record;
  }
  const binary = source === 'path' ? await findMysqldOnPath(settings.env) : await findDebianMysqld(settings);
  const record = await makeRecord(source, binary.version, settings, remembered);
  const hadData = isDataFolderComplete(paths);
  await ensureDataFolder(binary, paths, settings);
  writeInstanceRecord(paths.record, record);
  settings.progress(`starting MySQL ${binary.version} on 127.0.0.1:${record.port}`);
  try {
    await startMysqld(binary, paths, record, settings);
  } catch (error) {
    if (!hadData || !(error instanceof SetupError)) throw error;
    throw new OldDataError(
      `${error.message}\nThe data of ${paths.data} are kept. To give them up and start afresh: npx nx run mysql:down -- --purge`,
    );
  }
  return record;
}

async function makeRecord(
  source: PrivateSourceName,
  version: string,
  settings: MysqlSettings,
  remembered: InstanceRecord | undefined,
): Promise<InstanceRecord> {
  const kept = remembered && (await becomesFree(remembered.port)) ? remembered.port : undefined;
  const port = kept ?? (await pickFreePort(settings.instanceId));
  if (remembered && !kept) settings.progress(`port ${remembered.port} is taken by another program; using ${port}`);
  return {
    source,
    version,
    port,
    user: 'finance',
    password: remembered?.password ?? randomPassword(),
    rootPassword: remembered?.rootPassword ?? randomPassword(),
  };
}

/** Removes what a failed first start left, so that the next source begins with an empty folder. */
async function discardAttempt(source: PrivateSourceName, settings: MysqlSettings, paths: InstancePaths): Promise<void> {
  const pid = runningPid(paths);
  if (pid) await stopMysqld(pid, paths, settings);
  if (source !== 'docker') rmSync(paths.data, { recursive: true, force: true });
}
