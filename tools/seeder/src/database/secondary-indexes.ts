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

/** Every secondary index of this release, read from the migrations. */
export function secondaryIndexes(target: StoredTarget): SecondaryIndex[] {
  return migrationStatements(target).flatMap((statement) => {
    const match = /^CREATE INDEX `(\w+)` ON `(\w+)` (\([^;]*\));?$/.exec(statement);
    return match ? [{ name: match[1]!, table: match[2]!, columns: match[3]!, statement }] : [];
  });
}
