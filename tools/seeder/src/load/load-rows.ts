import type { SeedPlan } from '../data/seed-plan.ts';
import type { TableName } from '../data/tables.ts';
import { secondaryIndexes } from '../database/secondary-indexes.ts';
import { existingIndexes } from '../database/table-catalog.ts';
import type { StoredTarget } from '../database/target.ts';
import type { BulkLoader } from './bulk-loader.ts';
import type { LoadProgress } from './load-progress.ts';
import type { RunState } from './run-state.ts';

/** Loads what is missing of some tables, lanes side by side. */
export async function loadRows(
  loader: BulkLoader,
  plan: SeedPlan,
  tables: readonly TableName[],
  committed: RunState['committedRows'],
  options: { readonly batchRows: number; readonly progress: LoadProgress },
): Promise<void> {
  const loadTable = async (table: TableName): Promise<void> => {
    const total = plan.rowCounts[table];
    let done = committed[table] ?? 0;
    options.progress.rows(table, done, total);
    while (done < total) {
      const from = done;
      const to = Math.min(from + options.batchRows, total);
      await loader.insertBatch(table, () => plan.rows(table, from, to), to - from, to);
      done = to;
      options.progress.rows(table, done, total);
      // An engine without waiting would leave no turn to anything else, such as the progress bar.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await eachLane(loader, tables, loadTable);
}

/** Drops the secondary indexes of tables, those that exist. */
export async function dropSecondaryIndexes(
  loader: BulkLoader,
  target: StoredTarget,
  tables: readonly TableName[],
): Promise<void> {
  const existing = await existingIndexes(loader.connection);
  for (const table of tables) {
    const names = secondaryIndexes(target).filter((index) => index.table === table && existing.has(index.name));
    if (names.length > 0) {
      await loader.dropIndexes(
        table,
        names.map((index) => index.name),
      );
    }
  }
}

/** Builds the secondary indexes that are missing. */
export async function createSecondaryIndexes(
  loader: BulkLoader,
  target: StoredTarget,
  tables: readonly TableName[],
  progress: LoadProgress,
): Promise<void> {
  const existing = await existingIndexes(loader.connection);
  await eachLane(loader, tables, async (table) => {
    const missing = secondaryIndexes(target).filter((index) => index.table === table && !existing.has(index.name));
    if (missing.length === 0) return;
    progress.step(`${missing.length} indexes of ${table}`);
    await loader.createIndexes(table, missing);
    await new Promise((resolve) => setImmediate(resolve));
  });
}

async function eachLane(
  loader: BulkLoader,
  tables: readonly TableName[],
  work: (table: TableName) => Promise<void>,
): Promise<void> {
  await Promise.all(
    loader.lanes.map(async (lane) => {
      for (const table of lane) if (tables.includes(table)) await work(table);
    }),
  );
}
