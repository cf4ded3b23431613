import { tableNames } from '../data/tables.ts';
import type { SqlConnection } from '../database/sql-connection.ts';

/** Drops the tables of the migrations and the record of them; the seeder's own progress stays. */
export async function dropTables(connection: SqlConnection): Promise<void> {
  for (const table of [
    ...tableNames,
    'org_state',
    'history',
    'audit_log',
    'audit_state',
    'audit_pending',
    'materialized_funds',
    'materialized_viewers',
    'change_log',
    '__drizzle_migrations',
  ]) {
    await connection.run(`DROP TABLE IF EXISTS \`${table}\``);
  }
}
