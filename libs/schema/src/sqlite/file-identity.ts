import { statSync } from 'node:fs';

/** Which file stands at a path now, microseconds: a connection goes on with the one that it opened. */
export function fileIdentity(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : '';
}
