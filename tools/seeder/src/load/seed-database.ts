import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivate, migrate } from '@finance/schema';
import { checkParameters, type SeedParameters } from '../data/seed-parameters.ts';
import { planSeed } from '../data/seed-plan.ts';
import { recordTableNames, tableNames, type TableName } from '../data/tables.ts';
import { createChangeTriggers, dropChangeTriggers, markTreeInStep } from '../database/change-triggers.ts';
import { requireCurrent, stateOf } from '../database/ready-database.ts';
import { withConnection, type SqlConnection } from '../database/sql-connection.ts';
import { existingTables } from '../database/table-catalog.ts';
import { describeTarget, type StoredTarget } from '../database/target.ts';
import { SeederError } from '../seeder-error.ts';
import { openLoader } from './bulk-loader.ts';
import { dropTables } from './drop-tables.ts';
import { silentProgress, type LoadProgress } from './load-progress.ts';
import { createSecondaryIndexes, dropSecondaryIndexes, loadRows } from './load-rows.ts';
import { peopleInDatabase } from './people-in-database.ts';
import {
  beginRun,
  describeRun,
  isSameRun,
  readRunState,
  setPhase,
  type RunDescription,
  type RunState,
} from './run-state.ts';

/** What to load, and what to do with what is there. */
export interface SeedOptions extends SeedParameters {
  /** Keep schema and people as they are; load only customers, orders and funds, for the people who are there. */
  readonly skipSetup?: boolean;
  /** Give up the rows that are there: all of them, with `skipSetup` those of customers, orders and funds. */
  readonly replace?: boolean;
  /** See `LoaderOptions.serverIsAlone`; without effect with `skipSetup`. */
  readonly serverIsAlone?: boolean;
  /** Rows in one transaction; a sudden end loses at most these. Default: the engine's best. */
  readonly batchRows?: number | undefined;
}

/** How a load ended. */
export interface SeedResult {
  /** `present`: the same run had finished before, nothing was done. `resumed`: it was interrupted and is complete now. */
  readonly outcome: 'loaded' | 'resumed' | 'present';
  readonly rowCounts: Readonly<Record<TableName, number>>;
  /** Wall-clock seconds by phase. */
  readonly seconds: {
    readonly setup: number;
    readonly rows: number;
    readonly indexes: number;
    readonly finish: number;
  };
}

/**
 * Loads generated data into a database, which is created (SQLite) or must exist (MySQL). Interrupted at any moment,
 * the same call continues and ends with the same rows. Never touches tables that are not this release's.
 * @throws SeederError when parameters are out of bounds, or rows are there that are not the same run's
 */
export async function seedDatabase(
  target: StoredTarget,
  options: SeedOptions,
  progress: LoadProgress = silentProgress,
): Promise<SeedResult> {
  checkParameters(options);
  const clock = stopwatch();
  const skipSetup = options.skipSetup ?? false;
  if (skipSetup) await requireCurrent(target);
  else createFile(target);

  const before = await withConnection(target, async (connection) => ({
    state: await readRunState(connection),
    hasRows: await hasRows(connection, skipSetup ? recordTableNames : tableNames),
    org: skipSetup ? await peopleInDatabase(connection) : null,
  }));
  const run = describeRun(options, before.org?.sum ?? null);
  const plan = planSeed(options, before.org?.people);
  const isSame = before.state !== undefined && isSameRun(before.state.run, run);
  const replace = options.replace ?? false;
  const isFinished = before.state?.phase === 'finished';
  if (isSame && isFinished && !replace) {
    return { outcome: 'present', rowCounts: plan.rowCounts, seconds: clock.seconds() };
  }
  const isResumed = isSame && !isFinished;
  if (!isResumed && !replace) refuseOtherRows(target, before.state, before.hasRows);
  if (!skipSetup && (!isResumed || before.state?.phase === 'creating')) {
    await createTables(target, run, isResumed || replace);
  }

  const loader = await openLoader(target, {
    initial: !skipSetup,
    serverIsAlone: !skipSetup && (options.serverIsAlone ?? false),
    notice: (line) => progress.notice(line),
  });
  const { connection } = loader;
  const tables = skipSetup ? recordTableNames : tableNames;
  try {
    if (skipSetup && !isResumed) await beginRun(connection, run, 'emptying');
    // Read only now: what an interrupted run had sent may have been committed until the loader got its lock.
    const { phase, committedRows } = (await readRunState(connection))!;
    if (phase === 'creating' || phase === 'emptying') {
      // People stay with --skip-setup, and with them what notices their changes.
      await dropChangeTriggers(connection, skipSetup ? 'log' : 'all');
      if (phase === 'emptying') for (const table of recordTableNames) await connection.run(emptySql(connection, table));
      await dropSecondaryIndexes(loader, target, tables);
      await setPhase(connection, 'loading');
    }
    clock.next('rows');
    if (phase !== 'indexing' && phase !== 'finished') {
      const batchRows = options.batchRows ?? loader.batchRowsDefault;
      await loadRows(loader, plan, tables, committedRows, { batchRows, progress });
      await setPhase(connection, 'indexing');
    }
    clock.next('indexes');
    await createSecondaryIndexes(loader, target, tables, progress);
    await createChangeTriggers(connection);
    // Generated people come with their places in the tree.
    if (!skipSetup) await markTreeInStep(connection);
    clock.next('finish');
    progress.step('statistics');
    await loader.finish();
    await setPhase(connection, 'finished');
  } finally {
    await loader.close();
    progress.end();
  }
  return { outcome: isResumed ? 'resumed' : 'loaded', rowCounts: plan.rowCounts, seconds: clock.seconds() };
}

/** The parameters of a load that was begun on a database and has not finished; undefined when there is none. */
export async function interruptedRun(target: StoredTarget): Promise<SeedParameters | undefined> {
  if (target.engine === 'sqlite' && !existsSync(target.file)) return undefined;
  const state = await withConnection(target, readRunState);
  return state === undefined || state.phase === 'finished' ? undefined : state.run;
}

function createFile(target: StoredTarget): void {
  if (target.engine !== 'sqlite' || existsSync(target.file)) return;
  mkdirSync(dirname(target.file), { recursive: true, mode: 0o700 });
  // An empty file is an empty database.
  makePrivate(target.file);
}

async function hasRows(connection: SqlConnection, tables: readonly TableName[]): Promise<boolean> {
  const existing = await existingTables(connection);
  for (const table of tables) {
    if (existing.has(table) && (await connection.all(`SELECT 1 FROM \`${table}\` LIMIT 1`)).length > 0) return true;
  }
  return false;
}

function refuseOtherRows(target: StoredTarget, state: RunState | undefined, hasRows: boolean): void {
  const name = describeTarget(target);
  if (state !== undefined) {
    const { profile, users, records, seed, org } = state.run;
    const what = `--profile ${profile} --users ${users} --records ${records} --seed ${seed}${org === null ? '' : ' --skip-setup'}`;
    const has = state.phase === 'finished' ? 'holds' : 'holds a part of';
    if (hasRows || state.phase !== 'finished') {
      throw new SeederError(
        `${name} ${has} another load (${what}); repeat that one, or give --replace to drop its rows`,
      );
    }
  }
  if (hasRows) throw new SeederError(`${name} holds rows that no seeder:run loaded; give --replace to drop them`);
}

/** Makes the tables anew; `drop` when a run, this one or an abandoned one, has left some. */
async function createTables(target: StoredTarget, run: RunDescription, drop: boolean): Promise<void> {
  const state = await stateOf(target);
  if (state !== 'empty' && state !== 'current' && !drop) await requireCurrent(target);
  await withConnection(target, async (connection) => {
    const begun = (await readRunState(connection)) !== undefined;
    // Tables that neither a migration nor an interrupted run of ours made are somebody's data.
    if (state === 'foreign' && !begun) await requireCurrent(target);
    await beginRun(connection, run, 'creating');
    if (drop) await dropTables(connection);
  });
  await migrate(target);
}

const emptySql = (connection: SqlConnection, table: TableName): string =>
  connection.engine === 'sqlite' ? `DELETE FROM \`${table}\`` : `TRUNCATE TABLE \`${table}\``;

function stopwatch() {
  const spent = { setup: 0, rows: 0, indexes: 0, finish: 0 };
  let phase: keyof typeof spent = 'setup';
  let since = performance.now();
  const next = (to: keyof typeof spent): void => {
    const now = performance.now();
    spent[phase] += (now - since) / 1000;
    since = now;
    phase = to;
  };
  return {
    next,
    seconds: () => {
      next('finish');
      return spent;
    },
  };
}
