import {
  ensureOrgTriggers,
  isOrgTrigger,
  missingTriggers as missingAmong,
  triggersQuery,
  triggerStatements,
} from '@finance/schema';
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

/** The triggers of this release that a database lacks, or has with another text. */
export async function missingTriggers(connection: SqlConnection): Promise<ChangeTrigger[]> {
  const missing = missingAmong(connection, await connection.all(triggersQuery[connection.engine]));
  return Array.from(missing, ([name, statement]) => ({ name, statement }));
}

/** Lets a bulk load pass the triggers, which would take a third of its time; `log` keeps those that notice changes of the org. */
export async function dropChangeTriggers(connection: SqlConnection, which: 'all' | 'log'): Promise<void> {
  const dropped = changeTriggers(connection).filter(({ name }) => which === 'all' || !isOrgTrigger(name));
  for (const { name } of dropped) await connection.run(`DROP TRIGGER IF EXISTS \`${name}\``);
  if (which === 'all') await connection.run('UPDATE org_state SET tree_in_step = 0 WHERE id = 1');
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
  for (const { name, statement } of missing) {
    await connection.run(`DROP TRIGGER IF EXISTS \`${name}\``);
    await connection.run(statement);
  }
  // What was changed without triggers nobody knows.
  if (missing.some(({ name }) => isOrgTrigger(name))) {
    await connection.run('UPDATE org_state SET tree_in_step = 0 WHERE id = 1');
  }
  await connection.run('INSERT INTO change_log (mark, table_code, row_id) VALUES (random(), 0, 0)');
}

/**
 * Notes that intervals and closure are those of `parent_id`, which the caller knows, where later changes by plain SQL
 * will be noticed.
 */
export async function markTreeInStep(connection: SqlConnection): Promise<void> {
  const isWatched = (await missingTriggers(connection)).every(({ name }) => !isOrgTrigger(name));
  await connection.run(`UPDATE org_state SET tree_in_step = ${isWatched ? 1 : 0} WHERE id = 1`);
}
