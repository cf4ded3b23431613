import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './database-url.ts';

const ofOthers = 0o077;

/**
 * What this process writes from now on can be read by its user alone, whoever in it writes, and so can `var` as a
 * whole. For the main thread of a program.
 */
export function writePrivately(): void {
  process.umask(ofOthers);
  narrow(join(workspaceRoot, 'var'));
}

/** A SQLite file and what SQLite keeps beside it. */
export const sqliteFiles = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-shm`];

/**
 * Makes a SQLite file, which may be missing, readable for its owner alone. What SQLite puts beside it later has the
 * mode of the file. That of somebody else stays as it is.
 */
export function makePrivate(file: string): void {
  if (file === ':memory:') return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It is there, or cannot be: SQLite will tell better.
  }
  for (const each of sqliteFiles(file)) narrow(each);
}

function narrow(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.mode & ofOthers) === 0 || found.uid !== process.getuid?.()) return;
  try {
    chmodSync(path, found.mode & 0o700);
  } catch {
    // A file system without modes, or one that cannot be written: services warn of what stays open.
  }
}
