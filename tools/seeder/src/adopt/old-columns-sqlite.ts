import type { AdoptPlanDraft } from './adopt-plan.ts';
import type { MigrationTable } from './migration-tables.ts';
import type { ColumnUse } from './old-columns.ts';
import type { TableFacts } from './table-facts.ts';

/** Plans what old SQLite columns need so that our SQL works on them; values stay. */
export function planOldSqliteColumns(
  table: MigrationTable,
  uses: Readonly<Record<string, ColumnUse>>,
  facts: TableFacts,
  draft: AdoptPlanDraft,
): void {
  for (const [name, use] of Object.entries(uses)) {
    const column = facts.columns.get(name);
    if (!column) continue;
    const at = `${table.name}.${name}`;
    if (column.isGenerated) draft.refuse(`${at} is a generated column and cannot be written; make it a plain one`);
    if (use === 'key' && !column.isAutoIncrement) {
      draft.refuse(`${at} is ${column.type}: new rows get no id; rebuild the table with INTEGER PRIMARY KEY`);
    }
    if (use === 'instant' && column.type !== 'integer') {
      draft.refuse(
        `${at} is ${column.type || 'untyped'}, but we hold microseconds since 1970 UTC as INTEGER; rename it (ALTER TABLE ` +
          `${table.name} RENAME COLUMN ${name} TO ${name}_text), add ${name} INTEGER NOT NULL DEFAULT 0 and fill it`,
      );
    }
    if (use === 'amount' && !column.isOptional) {
      draft.step(
        `${at} may be left out from now on: amounts go to ${name}_cents`,
        `ALTER TABLE \`${table.name}\` ALTER COLUMN \`${name}\` DROP NOT NULL`,
      );
    }
    if (use === 'amount') draft.warn(`${at} stays as it is at adoption; later amounts are in ${name}_cents only`);
  }
}
