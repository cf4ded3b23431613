import { existingTables } from '../database/table-catalog.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import type { SeedParameters } from '../data/seed-parameters.ts';
import { generatorVersion } from '../data/seed-plan.ts';
import type { TableName } from '../data/tables.ts';

/** The table in which a run notes how far it has come; it stays, so that a finished run is known. */
export const progressTable = 'seeder_progress';

/**
 * creating: tables are dropped and made; emptying: record tables are emptied; loading: rows go in, without secondary
 * indexes; indexing: rows are complete; finished.
 */
export type RunPhase = 'creating' | 'emptying' | 'loading' | 'indexing' | 'finished';

/** What is being loaded: equal descriptions mean equal rows. */
export interface RunDescription extends SeedParameters {
  readonly generatorVersion: number;
  /** With `--skip-setup` a sum over the people who were there, else null. */
  readonly org: string | null;
}

export interface RunState {
  readonly run: RunDescription;
  readonly phase: RunPhase;
  readonly committedRows: Readonly<Partial<Record<TableName, number>>>;
}

/** The description of a run of this release. */
export function describeRun({ profile, seed, users, records }: SeedParameters, org: string | null): RunDescription {
  return { profile, seed, users, records, generatorVersion, org };
}

/** Whether two runs load the same rows. */
export function isSameRun(a: RunDescription, b: RunDescription): boolean {
  // With people taken from the database their number is not a choice.
  const key = (run: RunDescription) => [run.profile, run.seed, run.records, run.generatorVersion, run.org ?? run.users];
  return JSON.stringify(key(a)) === JSON.stringify(key(b)) && (a.org === null) === (b.org === null);
}

/** `INSERT … or UPDATE` of one entry: name, value. */
export function setProgressSql(engine: SqlConnection['engine']): string {
  return engine === 'sqlite'
    ? `INSERT INTO ${progressTable} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
    : `INSERT INTO ${progressTable} (name, value) VALUES (?, ?) AS new ON DUPLICATE KEY UPDATE value = new.value`;
}

/** The run a database holds; undefined when none has begun. */
export async function readRunState(connection: SqlConnection): Promise<RunState | undefined> {
  if (!(await existingTables(connection)).has(progressTable)) return undefined;
  const rows = await connection.all(`SELECT name, value FROM ${progressTable}`);
  const entries = Object.fromEntries(rows.map((row) => [String(row['name']), String(row['value'])]));
  const { run, phase, ...counts } = entries;
  if (run === undefined || phase === undefined) return undefined;
  return {
    run: JSON.parse(run) as RunDescription,
    phase: phase as RunPhase,
    committedRows: Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)])),
  };
}

/** Notes the beginning of a run, which forgets the one before. */
export async function beginRun(connection: SqlConnection, run: RunDescription, phase: RunPhase): Promise<void> {
  const text = connection.engine === 'sqlite' ? 'TEXT' : 'VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  const key = connection.engine === 'sqlite' ? 'TEXT' : 'VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${progressTable} (name ${key} NOT NULL PRIMARY KEY, value ${text} NOT NULL)`,
  );
  // The phase first and the description last: without both there is no run, so a sudden end in between is none either.
  await connection.run(`DELETE FROM ${progressTable} WHERE name <> 'run' AND name <> 'phase'`);
  await setPhase(connection, phase);
  await connection.run(setProgressSql(connection.engine), ['run', JSON.stringify(run)]);
}

/** Notes that a run has come to a phase. */
export async function setPhase(connection: SqlConnection, phase: RunPhase): Promise<void> {
  await connection.run(setProgressSql(connection.engine), ['phase', phase]);
}
