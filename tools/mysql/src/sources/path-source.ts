import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MysqlSetupError } from '../mysql-setup-error.ts';
import { runCommand } from '../run-command.ts';
import { versionFromBanner, versionObjection } from '../server/mysql-version.ts';
import type { MysqldBinary } from './mysqld-binary.ts';

const versionTimeoutMs = 10_000;
/** Debian and Ubuntu install servers where an ordinary user's path does not look. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin'];

/** The first `mysqld` on the path that is MySQL >= 8.0. Throws MysqlSetupError saying what was found instead. */
export async function findMysqldOnPath(env: Readonly<Record<string, string | undefined>>): Promise<MysqldBinary> {
  const folders = new Set([...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...serverFolders]);
  const objections: string[] = [];
  for (const folder of folders) {
    const command = join(folder, 'mysqld');
    if (!isExecutable(command)) continue;
    const { stdout, stderr } = await runCommand(command, ['--version'], versionTimeoutMs);
    const version = versionFromBanner(stdout || stderr);
    const objection = versionObjection(version);
    if (!objection) return { source: 'path', version, command, args: [], locationFlags: [] };
    objections.push(`${command} cannot be used: ${objection}`);
  }
  throw new MysqlSetupError(objections.join('; ') || 'there is no mysqld');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
