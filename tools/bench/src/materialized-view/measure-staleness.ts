import type { Database } from '@finance/schema';
import { refreshFully, refreshIncrementally, type findInconsistencies, type Inconsistency } from '@finance/strategies';
import type { DataSet } from '@finance/strategy-contract';
import { createJudge, type Judge } from '../questions/judge.ts';
import type { ViewStaleness } from '../result-types.ts';
import type { Change } from './changes.ts';
import { areSame, expectedInconsistencies } from './expected.ts';

/** The viewers' rows fit; a change adds some. */
const limits = { rowsMax: Number.MAX_SAFE_INTEGER };

/**
 * Makes a change beside a fresh view of the viewers, reports what the view then has wrong, puts it right by both kinds
 * of refresh, and undoes the change, also when it fails. `report` is the lib's inconsistency report.
 */
export async function measureStaleness(
  database: Database,
  data: DataSet,
  before: Judge,
  viewers: readonly bigint[],
  change: Change,
  signal: AbortSignal,
  report: typeof findInconsistencies,
): Promise<ViewStaleness> {
  const after = createJudge(change.applyTo(data));
  await refreshFully(database, signal, viewers, limits);
  await database.transaction(signal, change.apply);
  try {
    const found = await database.snapshot(signal, report);
    const incremental = await refreshIncrementally(database, signal, limits);
    const left = await database.snapshot(signal, report);
    const full = await refreshFully(database, signal, viewers, limits);
    const right = areSame(found, expectedInconsistencies(before, after, viewers)) && left.length === 0;
    return {
      change: change.name,
      changes: change.size,
      viewersAffected: found.length,
      shownWrongly: sumOf(found, ({ shownWrongly }) => shownWrongly.length),
      missing: sumOf(found, ({ missing }) => missing.length),
      right,
      incrementalRefreshMs: right ? incremental.durationMs : null,
      fullRefreshMs: right ? full.durationMs : null,
    };
  } finally {
    // Not by the run's signal: an interruption leaves the database as it was.
    await database.transaction(new AbortController().signal, change.undo);
  }
}

const sumOf = (found: readonly Inconsistency[], countOf: (each: Inconsistency) => number): number =>
  found.reduce((sum, each) => sum + countOf(each), 0);
