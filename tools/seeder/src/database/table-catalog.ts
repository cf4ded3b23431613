import type { SqlConnection } from './sql-connection.ts';

/** The tables of the connected database, by name. */
export async function existingTables(connection: SqlConnection): Promise<ReadonlySet<string>> {
  const rows = await connection.all(
    connection.engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`,
  );
  return new Set(rows.map((row) => String(row['name'])));
}

/** The names of the secondary indexes of the connected database, without those an engine makes by itself. */
export async function existingIndexes(connection: SqlConnection): Promise<ReadonlySet<string>> {
  const rows = await connection.all(
    connection.engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`
      : `SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'`,
  );
  return new Set(rows.map((row) => String(row['name'])));
}
