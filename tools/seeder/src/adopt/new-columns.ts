import { mysqlInstant } from '@finance/schema';
import type { SqlConnection } from '../database/sql-connection.ts';
import type { AdoptOptions } from './adopt-options.ts';
import type { AdoptPlanDraft } from './adopt-plan.ts';
import type { MigrationTable } from './migration-tables.ts';
import type { ColumnUse } from './old-columns.ts';
import type { TableFacts } from './table-facts.ts';

/** A value for all rows, as an SQL literal, until `fill` gives each its own. */
interface NewValue {
  readonly literal: string;
  /** An expression over the row. */
  readonly fill?: string;
}

/** Plans the columns of ours that an old table lacks. Amounts go by our name for the engine. */
export function planNewColumns(
  engine: SqlConnection['engine'],
  table: MigrationTable,
  uses: Readonly<Record<string, ColumnUse>>,
  facts: TableFacts,
  options: AdoptOptions,
  draft: AdoptPlanDraft,
): void {
  for (const [mysqlName, use] of Object.entries(uses)) {
    const name = engine === 'sqlite' && use === 'amount' ? `${mysqlName}_cents` : mysqlName;
    if (facts.columns.has(name)) continue;
    // Not the old table's collation, which may be any.
    const definition = table.columns
      .get(name)!
      .replace(/^varchar\(\d+\)/, (type) => `${type} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    const isNullable = !definition.includes('NOT NULL');
    const at = `${table.name}.${name}`;
    if (isNullable) {
      draft.step(`add ${at}, empty`, `ALTER TABLE \`${table.name}\` ADD COLUMN \`${name}\` ${definition}`);
      continue;
    }
    const value = newValue(engine, table.name, mysqlName, use, facts, options);
    draft.step(
      `add ${at} = ${value.fill ?? value.literal}`,
      `ALTER TABLE \`${table.name}\` ADD COLUMN \`${name}\` ${definition} DEFAULT ${value.literal}`,
    );
    if (value.fill !== undefined) {
      draft.step(`fill ${at}`, `UPDATE \`${table.name}\` SET \`${name}\` = ${value.fill}`);
    }
    // SQLite has no way to drop a default; there it stays, without harm, because our writes name every column.
    if (engine === 'mysql') {
      draft.step(`${at} has no default`, `ALTER TABLE \`${table.name}\` ALTER COLUMN \`${name}\` DROP DEFAULT`);
    }
  }
}

function newValue(
  engine: SqlConnection['engine'],
  table: string,
  name: string,
  use: ColumnUse,
  facts: TableFacts,
  options: AdoptOptions,
): NewValue {
  switch (use) {
    case 'amount':
      return facts.columns.has(name)
        ? { literal: '0', fill: `CAST(ROUND(\`${name}\` * 100) AS INTEGER)` }
        : { literal: '0' };
    case 'instant': {
      const micros = options.missingCreatedAtMicros;
      const literal = engine === 'sqlite' ? String(micros) : `'${mysqlInstant(micros)}'`;
      return name === 'updated_at' ? { literal, fill: 'created_at' } : { literal };
    }
    case 'status':
      return { literal: `'${options.missingStatus}'` };
    case 'text': {
      if (name === 'currency_code') return { literal: `'${options.missingCurrencyCode}'` };
      if (name !== 'name') return { literal: `''` };
      const key = facts.primaryKey[0]!;
      const word = table === 'users' ? 'User' : 'Customer';
      return {
        literal: `''`,
        fill: engine === 'sqlite' ? `'${word} ' || \`${key}\`` : `CONCAT('${word} ', \`${key}\`)`,
      };
    }
    default:
      return { literal: '0' };
  }
}
