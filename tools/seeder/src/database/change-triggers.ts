import { ensureOrgTriggers, triggerStatements } from '@finance/schema';
import type { SqlConnection } from './sql-connection.ts';
import type { StoredTarget } from './target.ts';

/** A trigger of the schema: SQLite's log of changes; on both engines what marks the org's tree as out of step. */
export interface ChangeTrigger {
  readonly name: string;
  /** The migration's own statement. */
  readonly statement: string;
}

/** Every trigger of this release, read from the migrations. */
export function changeTriggers(target: { readonly engine: StoredTarget['engine'] }): ChangeTrigger[] {
  return Array.from(triggerStatements(target), ([name, statement]) => ({ name, statement }));
}

/** The triggers of this release that a database lacks. */
export async function missingTriggers(connection: SqlConnection): Promise<ChangeTrigger[]> {
  const triggers = changeTriggers(connection);
  const rows = await connection.all(
    connection.engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'trigger'`
      : 'SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
  );
  const present = new Set(rows.map((row) => String(row['name'])));
  return triggers.filter(({ name }) => !present.has(name));
}

/** Lets a bulk load pass the log, which would take a third of its time. */
export async function dropChangeTriggers(connection: SqlConnection): Promise<void> {
  for (const { name } of changeTriggers(connection)) await connection.run(`DROP TRIGGER IF EXISTS \`${name}\``);
}

/**
 * Logs changes again, and tells followers by an entry that rows have come past the log. A MySQL server may refuse its
 * triggers; the doctor says so then.
 */
export async function createChangeTriggers(connection: SqlConnection): Promise<void> {
  if (connection.engine === 'mysql') {
    await ensureOrgTriggers((statement) => connection.all(statement));
    return;
  }
  const missing = await missingTriggers(connection);
  if (missing.length === 0) return;
  for (const { statement } of missing) await connection.run(statement);
  await connection.run('INSERT INTO change_log (mark, table_code, row_id) VALUES (random(), 0, 0)');
}

/**
 * Notes that intervals and closure are those of `parent_id`, which the caller knows, where later changes by plain SQL
 * will be noticed.
 */
export async function markTreeInStep(connection: SqlConnection): Promise<void> {
  const isWatched = (await missingTriggers(connection)).length === 0;
  await connection.run(`UPDATE org_state SET tree_in_step = ${isWatched ? 1 : 0} WHERE id = 1`);
}
