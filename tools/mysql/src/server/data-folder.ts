import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, SetupError } from '@finance/private-server';
import type { MysqldBinary } from '../sources/mysqld-binary.ts';
import type { MysqlSettings } from '../settings.ts';
import type { InstancePaths } from './instance-files.ts';

const initialiseTimeoutMs = 5 * 60_000;
const draftMark = 'data.draft-';

/** Whether the data folder was initialised to its end: it gets its name only then. */
export function isDataFolderComplete(paths: InstancePaths): boolean {
  return existsSync(join(paths.data, 'mysql.ibd'));
}

/**
 * Makes sure of a complete data folder: leaves an existing one alone, sets a damaged one aside under another name, and
 * initialises a new one under a temporary name first. Throws SetupError with the server's own words on failure.
 */
export async function ensureDataFolder(
  binary: MysqldBinary,
  paths: InstancePaths,
  settings: MysqlSettings,
): Promise<void> {
  for (const name of readdirSync(settings.folder)) {
    if (name.startsWith(draftMark)) rmSync(join(settings.folder, name), { recursive: true, force: true });
  }
  if (isDataFolderComplete(paths)) return;
  if (existsSync(paths.data)) {
    const aside = `${paths.data}.damaged-${Date.now()}`;
    renameSync(paths.data, aside);
    settings.progress(`${paths.data} has no data dictionary; it is kept as ${aside} and a new one is made`);
  }
  settings.progress(`initialising the data folder with MySQL ${binary.version}`);
  const draft = join(settings.folder, `${draftMark}${process.pid}`);
  const { code, stdout, stderr } = await runCommand(
    binary.command,
    [...binary.args, ...baseFlags(binary, draft), '--initialize-insecure'],
    initialiseTimeoutMs,
    mysqldEnvironment(),
  );
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new SetupError(`initialising the data folder failed: ${lastLines(stderr || stdout)}`);
  }
  renameSync(draft, paths.data);
}

/** The environment of every run of a server program, whose files are for their owner alone. */
export const mysqldEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, UMASK: '0600', UMASK_DIR: '0700' });

/** The flags of every run of a server program, which reads no option files of the machine. */
export function baseFlags(binary: MysqldBinary, dataFolder: string): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  return ['--no-defaults', ...binary.locationFlags, ...asRoot, `--datadir=${dataFolder}`];
}

/** The errors of a server's log, else its last lines: what a person needs to see. */
export function lastLines(log: string): string {
  const lines = log.trim().split('\n');
  const errors = lines.filter((line) => /\[ERROR\]|error/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(-5).join('\n  ');
}
