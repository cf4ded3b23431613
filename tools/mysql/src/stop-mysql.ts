import { existsSync, rmSync } from 'node:fs';
import { withLockFile } from '@finance/private-server';
import { instancePaths, readInstanceRecord } from './server/instance-files.ts';
import { runningPid, stopMysqld } from './server/mysqld-process.ts';
import { resolveSettings } from './settings.ts';
import type { MysqlOptions } from './settings.ts';
import { isContainerRunning, removeContainer, stopContainer } from './sources/docker-engine.ts';

/**
 * Stops the folder's private server and returns whether it ran. The server of MYSQL_URL is never touched. With `purge`
 * the data, the password and the port are deleted as well; the package cache stays.
 */
export async function stopMysql(options: MysqlOptions & { readonly purge?: boolean } = {}): Promise<boolean> {
  const settings = resolveSettings(options);
  if (!existsSync(settings.folder)) return false;
  const paths = instancePaths(settings);
  const onWait = (pid: number) => settings.progress(`waiting for process ${pid}, which is starting or stopping MySQL`);
  return withLockFile(paths.lock, onWait, async () => {
    const inDocker = readInstanceRecord(paths.record)?.source === 'docker';
    const pid = runningPid(paths);
    const ran = pid !== undefined || (inDocker && (await isContainerRunning(settings)));
    if (pid) {
      settings.progress(`stopping process ${pid}`);
      await stopMysqld(pid, paths, settings);
    } else if (ran) await stopContainer(settings);
    rmSync(paths.initSql, { force: true });
    if (options.purge) {
      if (inDocker) await removeContainer(settings);
      for (const path of [paths.data, paths.record, paths.pid, paths.log])
        rmSync(path, { recursive: true, force: true });
      settings.progress(`deleted the data of ${settings.folder}`);
    }
    return ran;
  });
}
