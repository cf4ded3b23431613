import { rmSync } from 'node:fs';
import { withLockFile } from '@finance/private-server';
import { isOwnUrl, parseMysqlUrl, pingExternal } from './external-mysql.ts';
import { databaseName } from './server/grants-sql.ts';
import { createInstanceFolders, instancePaths, readInstanceRecord } from './server/instance-files.ts';
import type { InstancePaths, InstanceRecord } from './server/instance-files.ts';
import { runningPid, stopMysqld } from './server/mysqld-process.ts';
import { waitUntilReady } from './server/wait-until-ready.ts';
import { resolveSettings } from './settings.ts';
import type { MysqlOptions, MysqlSettings, PrivateSourceName } from './settings.ts';
import { isContainerRunning } from './sources/docker-engine.ts';
import { startPrivateServer } from './start-private-server.ts';

/** A MySQL >= 8.0 that answered a moment ago. */
export interface RunningMysql {
  /** `mysql://user:password@host:port/database`; a private server has an empty database `finance`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `url`: the server of MYSQL_URL, which is not ours; otherwise where the private server comes from. */
  readonly source: 'url' | PrivateSourceName;
}

/**
 * Makes sure that a MySQL >= 8.0 answers and says how to reach it: the server of MYSQL_URL when that is set, else a
 * private one of the options' folder, started if need be. Safe to call from many processes at once; a private server
 * outlives its caller. Throws SetupError whose message says what to do and holds no password.
 */
export async function ensureMysql(options: MysqlOptions = {}): Promise<RunningMysql> {
  const settings = resolveSettings(options);
  const paths = instancePaths(settings);
  const given = settings.env['MYSQL_URL'];
  if (given && !isOwnUrl(given, readInstanceRecord(paths.record))) {
    const address = parseMysqlUrl(given);
    await pingExternal(address);
    return { ...address, url: given, source: 'url' };
  }
  createInstanceFolders(settings, paths);
  const onWait = (pid: number) => settings.progress(`waiting for process ${pid}, which is starting or stopping MySQL`);
  return describe(await withLockFile(paths.lock, onWait, () => ensurePrivateServer(settings, paths)));
}

async function ensurePrivateServer(settings: MysqlSettings, paths: InstancePaths): Promise<InstanceRecord> {
  const record = readInstanceRecord(paths.record);
  const pid = runningPid(paths);
  if (record?.source === 'docker' && (await isContainerRunning(settings))) {
    await waitUntilReady(record, settings, async () =>
      (await isContainerRunning(settings)) ? undefined : 'the container ended while it was being waited for',
    );
    return record;
  }
  if (record && pid) {
    await waitUntilReady(record, settings, async () =>
      runningPid(paths) ? undefined : `the server ended while it was being waited for: see ${paths.log}`,
    );
    // A start that was killed while it waited has left its passwords behind.
    rmSync(paths.initSql, { force: true });
    return record;
  }
  if (pid) {
    settings.progress(`process ${pid} runs but its password is lost; restarting it with a new one`);
    await stopMysqld(pid, paths, settings);
  }
  return startPrivateServer(settings, paths, record);
}

function describe({ port, user, password, source }: InstanceRecord): RunningMysql {
  const host = '127.0.0.1';
  return { url: `mysql://${user}:${password}@${host}:${port}/${databaseName}`, host, port, user, password, source };
}
