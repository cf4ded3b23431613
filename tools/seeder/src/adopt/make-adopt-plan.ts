import type { SqlConnection } from '../database/sql-connection.ts';
import { changeTriggers } from '../database/change-triggers.ts';
import { secondaryIndexes } from '../database/secondary-indexes.ts';
import { existingIndexes, existingTables } from '../database/table-catalog.ts';
import type { StoredTarget } from '../database/target.ts';
import type { AdoptOptions } from './adopt-options.ts';
import { AdoptPlanDraft, type AdoptPlan } from './adopt-plan.ts';
import { checkRows } from './check-rows.ts';
import {
  migrationAlterations,
  migrationRows,
  migrationTables,
  type MigrationRow,
  type MigrationTable,
} from './migration-tables.ts';
import { planNewColumns } from './new-columns.ts';
import { planOldMysqlColumns } from './old-columns-mysql.ts';
import { planOldSqliteColumns } from './old-columns-sqlite.ts';
import { tableUses } from './old-columns.ts';
import { tableFacts, type TableFacts } from './table-facts.ts';

/** Where an old hierarchy table goes: it may hold direct reports only, but it is somebody's. */
const hierarchyKept = 'user_hierarchy_before_adoption';

/** Looks at old tables and plans their adoption. Changes nothing. */
export async function makeAdoptPlan(
  target: StoredTarget,
  connection: SqlConnection,
  options: AdoptOptions,
): Promise<AdoptPlan> {
  const draft = new AdoptPlanDraft();
  const present = await existingTables(connection);
  for (const table of ['users', 'financial_funds']) {
    if (!present.has(table)) draft.refuse(`there is no table ${table}; it must be there to be adopted`);
  }
  const tables = new Map(migrationTables(target).map((table) => [table.name, table]));
  const facts = new Map<string, TableFacts>();
  for (const name of Object.keys(tableUses)) {
    if (present.has(name)) facts.set(name, await tableFacts(connection, name));
  }
  for (const [name, fact] of facts) requireColumns(connection.engine, name, fact, draft);
  if (draft.refusals.length > 0) return draft;

  for (const [name, fact] of facts) {
    const table = tables.get(name)!;
    const { columns } = tableUses[name]!;
    if (connection.engine === 'mysql') await planOldMysqlColumns(connection, table, columns, fact, draft);
    else planOldSqliteColumns(table, columns, fact, draft);
    planNewColumns(connection.engine, table, columns, fact, options, draft);
    warnOfDemandingColumns(table, fact, draft);
  }
  // Rows of unsuitable types cannot be judged.
  if (draft.refusals.length === 0) await checkRows(connection, facts, draft);
  planOtherTables(present, tables, migrationRows(target), draft);
  for (const { table, column, isAdded, statement } of migrationAlterations(target)) {
    const columns = present.has(table) ? (await tableFacts(connection, table)).columns : undefined;
    if (columns?.has(column) !== isAdded) draft.step(`column ${table}.${column}`, statement);
  }
  const indexes = await existingIndexes(connection);
  for (const { name, statement } of secondaryIndexes(target)) {
    if (!indexes.has(name)) draft.step(`index ${name}`, statement);
  }
  // A MySQL server may refuse triggers, so they come after the steps there.
  if (target.engine === 'mysql') return draft;
  for (const { name, statement } of changeTriggers(target)) draft.step(`trigger ${name}`, statement);
  return draft;
}

function requireColumns(
  engine: SqlConnection['engine'],
  table: string,
  facts: TableFacts,
  draft: AdoptPlanDraft,
): void {
  const { columns, required } = tableUses[table]!;
  for (const name of required) {
    const isThere = facts.columns.has(name) || (engine === 'sqlite' && facts.columns.has(`${name}_cents`));
    if (!isThere) draft.refuse(`${table} has no column ${name}; rename the one that holds it`);
  }
  const key = Object.keys(columns)[0]!;
  if (facts.primaryKey.length !== 1 || facts.primaryKey[0] !== key) {
    draft.refuse(`${table}.${key} must be the primary key, alone; make it that`);
  }
}

function warnOfDemandingColumns(table: MigrationTable, facts: TableFacts, draft: AdoptPlanDraft): void {
  for (const column of facts.columns.values()) {
    if (table.columns.has(column.name) || column.isOptional || column.name === 'amount') continue;
    draft.warn(
      `${table.name}.${column.name} is NOT NULL without a default: our API can add no row until it gets one or may be NULL`,
    );
  }
}

function planOtherTables(
  present: ReadonlySet<string>,
  tables: ReadonlyMap<string, MigrationTable>,
  firstRows: readonly MigrationRow[],
  draft: AdoptPlanDraft,
): void {
  for (const { name, createStatement } of tables.values()) {
    if (name === 'user_hierarchy' && present.has(name) && !present.has(hierarchyKept)) {
      draft.step(
        `the old ${name} is kept as ${hierarchyKept}`,
        `ALTER TABLE \`${name}\` RENAME TO \`${hierarchyKept}\``,
      );
      draft.warn(`${name} becomes the complete closure; the old one is kept as ${hierarchyKept}`);
    } else if (present.has(name)) continue;
    draft.step(`create ${name}`, createStatement);
  }
  for (const { table, statement } of firstRows) {
    if (!present.has(table)) draft.step(`the first row of ${table}`, statement);
  }
}
