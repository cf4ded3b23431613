import { join } from 'node:path';
import { findDebianProgram } from '@finance/private-server';
import type { MysqlSettings } from '../settings.ts';
import type { MysqldBinary } from './mysqld-binary.ts';

/** Only helper scripts of the package need Perl; the server does not, and it would double the number of files. */
const leftOut = new Set(['perl']);

/** Debian's MySQL from the cache folder, about 60 MB. Throws SetupError when it cannot be had. */
export async function findDebianMysqld({ cacheFolder, progress }: MysqlSettings): Promise<MysqldBinary> {
  const { root, version, command, args } = await findDebianProgram(
    {
      package: 'mysql-server-core',
      program: 'usr/sbin/mysqld',
      leftOut,
      cacheFolder,
      cacheName: 'debian-mysql',
      progress,
    },
    ['usr/lib/mysql/private'],
  );
  return {
    source: 'debian',
    version,
    command,
    args,
    locationFlags: [
      `--basedir=${join(root, 'usr')}`,
      `--lc-messages-dir=${join(root, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(root, 'usr/share/mysql/charsets')}`,
      `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
    ],
  };
}
