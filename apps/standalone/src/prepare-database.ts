import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseTarget } from '@finance/schema';
import { seedDatabase, terminalProgress } from '@finance/seeder';

/** The company that a first start makes. */
const firstCompany = { profile: 'company', users: 200, records: 20_000, seed: 1 } as const;

/** A database to serve, and what to do with it at the end. */
export interface PreparedDatabase {
  readonly target: Exclude<DatabaseTarget, { engine: 'memory' }>;
  readonly discard: () => void;
}

/**
 * Makes the database that is missing: a SQLite file, or a temporary one for `memory:`. Anything that exists is left as
 * it is. An interrupted start leaves no half-filled database in place; the next one continues.
 */
export async function prepareDatabase(target: DatabaseTarget): Promise<PreparedDatabase> {
  if (target.engine === 'mysql') return { target, discard: () => undefined };
  if (target.engine === 'memory') {
    const folder = mkdtempSync(join(tmpdir(), 'finance-memory-'));
    const temporary = { engine: 'sqlite', file: join(folder, 'finance.db') } as const;
    await seedDatabase(temporary, firstCompany, terminalProgress());
    return { target: temporary, discard: () => rmSync(folder, { recursive: true, force: true }) };
  }
  if (!existsSync(target.file)) {
    const unfinished = `${target.file}.new`;
    await seedDatabase({ engine: 'sqlite', file: unfinished }, firstCompany, terminalProgress());
    renameSync(unfinished, target.file);
  }
  return { target, discard: () => undefined };
}
