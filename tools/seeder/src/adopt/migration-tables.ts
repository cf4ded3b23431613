import { migrationStatements } from '@finance/schema';
import type { StoredTarget } from '../database/target.ts';

/** A table as the migrations create it. */
export interface MigrationTable {
  readonly name: string;
  readonly createStatement: string;
  /** Type and constraints by column name: `varchar(200) NOT NULL`. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The tables of this release, read from the migrations so that nothing is written twice. */
export function migrationTables(target: StoredTarget): MigrationTable[] {
  return migrationStatements(target).flatMap((statement) => {
    const name = /^CREATE TABLE `(\w+)`/.exec(statement)?.[1];
    if (name === undefined) return [];
    const columns = [...statement.matchAll(/^\t`(\w+)` (.+?),?$/gm)].map((match) => [match[1]!, match[2]!] as const);
    return [{ name, createStatement: statement, columns: new Map(columns) }];
  });
}

/** A row that the migrations put into a new table. */
export interface MigrationRow {
  readonly table: string;
  readonly statement: string;
}

/** The rows without which the tables of this release cannot be used. */
export function migrationRows(target: StoredTarget): MigrationRow[] {
  return migrationStatements(target).flatMap((statement) => {
    const table = /^INSERT INTO `(\w+)`/.exec(statement)?.[1];
    return table === undefined ? [] : [{ table, statement }];
  });
}

/** A column that a later migration adds to a table of an earlier one, or drops from it. */
export interface MigrationAlteration {
  readonly table: string;
  readonly column: string;
  readonly isAdded: boolean;
  readonly statement: string;
}

/** What has become of the tables since the migrations created them. */
export function migrationAlterations(target: StoredTarget): MigrationAlteration[] {
  return migrationStatements(target).flatMap((statement) => {
    const [, table, verb, column] = /^ALTER TABLE `(\w+)` (ADD|DROP COLUMN) `(\w+)`/.exec(statement) ?? [];
    return table && column ? [{ table, column, isAdded: verb === 'ADD', statement }] : [];
  });
}
