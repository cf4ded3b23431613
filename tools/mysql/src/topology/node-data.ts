import { constants, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, withLockFile } from '@finance/private-server';
import { ensureDataFolder } from '../server/data-folder.ts';
import { instancePaths } from '../server/instance-files.ts';
import { resolveSettings } from '../settings.ts';
import type { MysqlSettings } from '../settings.ts';
import { findDebianMysqld } from '../sources/debian-source.ts';
import type { MysqldBinary } from '../sources/mysqld-binary.ts';
import { findMysqldOnPath } from '../sources/path-source.ts';

/** A server program that can run several times on this machine: the path's, else Debian's. Throws SetupError. */
export async function findLocalMysqld(settings: MysqlSettings): Promise<MysqldBinary> {
  if (settings.source === 'docker') throw new SetupError('several servers at once need mysqld itself, not Docker');
  if (settings.source === 'debian') return findDebianMysqld(settings);
  try {
    return await findMysqldOnPath(settings.env);
  } catch (error) {
    if (settings.source === 'path') throw error;
    return findDebianMysqld(settings);
  }
}

/**
 * Fills `folder` with the data of a server that has never run. They are initialised once for each version, in the cache
 * folder, and copied; each copy gets a server_uuid of its own at its start.
 */
export async function copyFreshData(binary: MysqldBinary, folder: string, settings: MysqlSettings): Promise<void> {
  const templateFolder = join(settings.cacheFolder, 'mysql-data', binary.version);
  mkdirSync(templateFolder, { recursive: true, mode: 0o700 });
  const template = resolveSettings({ ...settings, folder: templateFolder });
  const paths = instancePaths(template);
  await withLockFile(
    paths.lock,
    () => undefined,
    async () => {
      await ensureDataFolder(binary, paths, template);
      rmSync(join(paths.data, 'auto.cnf'), { force: true });
    },
  );
  cpSync(paths.data, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
