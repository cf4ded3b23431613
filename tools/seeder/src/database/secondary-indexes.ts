import { migrationStatements } from '@finance/schema';
import type { StoredTarget } from './target.ts';

/** An index that the migrations create. */
export interface SecondaryIndex {
  readonly name: string;
  readonly table: string;
  /** The columns in parentheses, as in the migration. */
  readonly columns: string;
  /** The migration's own statement. */
  readonly statement: string;
}

/** Every secondary index of this release, read from the migrations; a later one may have made it anew. */
export function secondaryIndexes(target: StoredTarget): SecondaryIndex[] {
  const byName = new Map<string, SecondaryIndex>();
  for (const statement of migrationStatements(target)) {
    const [, name, table, columns] = /^CREATE INDEX `(\w+)` ON `(\w+)` (\([^;]*\));?$/.exec(statement) ?? [];
    if (name && table && columns) byName.set(name, { name, table, columns, statement });
  }
  return [...byName.values()];
}
