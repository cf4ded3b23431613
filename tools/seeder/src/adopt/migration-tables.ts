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
