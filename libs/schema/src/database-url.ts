import { isAbsolute, join } from 'node:path';

/** Where the data is. */
export type DatabaseTarget =
  | { readonly engine: 'mysql'; readonly url: string }
  /** An absolute path. */
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'memory' };

/** The root of the checkout; relative paths in settings count from here, wherever a command is run. */
export const workspaceRoot = join(import.meta.dirname, '../../..');

/**
 * Reads `sqlite:var/finance.db`, `mysql://user:password@host:port/database` or `memory:`.
 * @throws Error that names what is accepted and shows no password
 */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  if (text === 'memory:') return { engine: 'memory' };
  if (text.startsWith('sqlite:') && text.length > 'sqlite:'.length) {
    const path = text.slice('sqlite:'.length);
    return { engine: 'sqlite', file: isAbsolute(path) ? path : join(workspaceRoot, path) };
  }
  if (text.startsWith('mysql://') && URL.canParse(text) && new URL(text).pathname.length > 1) {
    return { engine: 'mysql', url: text };
  }
  throw new Error('must be sqlite:<file>, mysql://user:password@host:port/database or memory:');
}
