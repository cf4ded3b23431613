import { triggerStatements } from '@finance/schema';
import type { SqlConnection } from './sql-connection.ts';
import type { StoredTarget } from './target.ts';

/** A trigger that the migrations create: SQLite's log of changes. MySQL has none. */
export interface ChangeTrigger {
  readonly name: string;
  /** The migration's own statement. */
  readonly statement: string;
}

/** Every trigger of this release, read from the migrations. */
export function changeTriggers(target: StoredTarget): ChangeTrigger[] {
  return Array.from(triggerStatements(target), ([name, statement]) => ({ name, statement }));
}

/** The triggers of this release that a database lacks. */
export async function missingTriggers(target: StoredTarget, connection: SqlConnection): Promise<ChangeTrigger[]> {
  const triggers = changeTriggers(target);
  if (triggers.length === 0) return [];
  const rows = await connection.all(`SELECT name FROM sqlite_master WHERE type = 'trigger'`);
  const present = new Set(rows.map((row) => String(row['name'])));
  return triggers.filter(({ name }) => !present.has(name));
}

/** Lets a bulk load pass the log, which would take a third of its time. */
export async function dropChangeTriggers(target: StoredTarget, connection: SqlConnection): Promise<void> {
  for (const { name } of changeTriggers(target)) await connection.run(`DROP TRIGGER IF EXISTS \`${name}\``);
}

/** Logs changes again, and tells followers by an entry that rows have come past the log. */
export async function createChangeTriggers(target: StoredTarget, connection: SqlConnection): Promise<void> {
  const missing = await missingTriggers(target, connection);
  if (missing.length === 0) return;
  for (const { statement } of missing) await connection.run(statement);
  await connection.run('INSERT INTO change_log (table_code, row_id) VALUES (0, 0)');
}
