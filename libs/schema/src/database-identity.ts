import { sql } from 'drizzle-orm';
import { hostname } from 'node:os';
import type { Database } from './database.ts';

const statements = {
  mysql: sql`SELECT CONCAT(@@server_uuid, '/', DATABASE()) AS identity`,
  sqlite: sql`SELECT file AS identity FROM pragma_database_list WHERE name = 'main'`,
};

/** A text that no two databases share: server and name, or host and file. A restored backup has it, too. */
export async function databaseIdentity(database: Database, signal: AbortSignal): Promise<string> {
  const { name } = database.dialect;
  const rows = await database.snapshot(signal, (session) => session.all(statements[name]), { kind: 'any' });
  const identity = String(rows[0]!['identity']);
  return name === 'mysql' ? identity : `${hostname()}:${identity}`;
}
