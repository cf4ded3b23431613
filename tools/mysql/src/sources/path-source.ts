import { findOnPath, runCommand, SetupError } from '@finance/private-server';
import type { Environment } from '@finance/private-server';
import { versionFromBanner, versionObjection } from '../server/mysql-version.ts';
import type { MysqldBinary } from './mysqld-binary.ts';

const versionTimeoutMs = 10_000;

/** The first `mysqld` on the path that is MySQL >= 8.0. Throws SetupError saying what was found instead. */
export async function findMysqldOnPath(env: Environment): Promise<MysqldBinary> {
  const objections: string[] = [];
  for (const command of findOnPath('mysqld', env)) {
    const { stdout, stderr } = await runCommand(command, ['--version'], versionTimeoutMs);
    const version = versionFromBanner(stdout || stderr);
    const objection = versionObjection(version);
    if (!objection) return { source: 'path', version, command, args: [], locationFlags: [] };
    objections.push(`${command} cannot be used: ${objection}`);
  }
  throw new SetupError(objections.join('; ') || 'there is no mysqld');
}
