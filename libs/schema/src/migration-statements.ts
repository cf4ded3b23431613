import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseTarget } from './database-url.ts';

/** What a schema depends on. */
export type OfEngine = { readonly engine: Exclude<DatabaseTarget['engine'], 'memory'> };

/** Where the migrations of an engine are. */
export const migrationsFolder = ({ engine }: OfEngine): string => join(import.meta.dirname, '../migrations', engine);

/** The statements of this release's migrations in order, for tools that load data before building indexes. */
export function migrationStatements(target: OfEngine): string[] {
  const folder = migrationsFolder(target);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('--> statement-breakpoint'))
    .map((statement) => statement.trim());
}
