import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from './settings.ts';

/** Debian and Ubuntu install servers where an ordinary user's path does not look. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin'];

/** Every executable of this name on the path and in the folders of servers, in that order. */
export function findOnPath(name: string, env: Environment): string[] {
  const folders = new Set([...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...serverFolders]);
  return [...folders].map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
