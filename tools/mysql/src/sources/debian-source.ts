import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { ensureUnpackedMysql } from '../debian/unpacked-mysql.ts';
import { MysqlSetupError } from '../mysql-setup-error.ts';
import type { MysqlSettings } from '../settings.ts';
import type { MysqldBinary } from './mysqld-binary.ts';

/**
 * Debian's MySQL from the cache folder, run through its own loader and C library, so that neither the age of this
 * system's libraries nor the right to install matters. Throws MysqlSetupError when it cannot be had.
 */
export async function findDebianMysqld(settings: MysqlSettings): Promise<MysqldBinary> {
  if (process.platform !== 'linux')
    throw new MysqlSetupError(`Debian's packages run on Linux, not ${process.platform}`);
  const { root, version } = await ensureUnpackedMysql(settings);
  const loader = globSync(['lib*/ld-linux*.so.*', 'usr/lib*/ld-linux*.so.*', 'usr/lib/*/ld-linux*.so.*'], {
    cwd: root,
  })[0];
  if (!loader)
    throw new MysqlSetupError(`${root} holds no loader (ld-linux): delete this folder and run the command again`);
  const libraryFolders = [
    ...globSync('{usr/,}lib/*-linux-gnu*', { cwd: root }),
    'usr/lib',
    'lib',
    'usr/lib/mysql/private',
  ]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));
  return {
    source: 'debian',
    version,
    command: join(root, loader),
    args: ['--library-path', libraryFolders.join(':'), join(root, 'usr/sbin/mysqld')],
    locationFlags: [
      `--basedir=${join(root, 'usr')}`,
      `--lc-messages-dir=${join(root, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(root, 'usr/share/mysql/charsets')}`,
      `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
    ],
  };
}
