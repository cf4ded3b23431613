import { homedir } from 'node:os';
import { join } from 'node:path';

/** Receives one finished line of progress, without a line break. */
export type Progress = (line: string) => void;

/** Environment variables, usually `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of downloaded packages, shared by all workspaces: FINANCE_CACHE_DIR, else the user's cache. */
export function cacheFolderOf(env: Environment): string {
  if (env['FINANCE_CACHE_DIR']) return env['FINANCE_CACHE_DIR'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'finance-permission-system');
}
