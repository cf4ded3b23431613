import { findInconsistencies, removeViewers } from '@finance/strategies';
import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import { chooseViewers } from '../questions/choose-viewers.ts';
import { createJudge } from '../questions/judge.ts';
import type { MaterializedViewResults, ViewCost, ViewStaleness } from '../result-types.ts';
import { handlersChange, moveChange } from './changes.ts';
import { measureCost } from './measure-cost.ts';
import { measureStaleness } from './measure-staleness.ts';

/** The options of `materialized-view`, as parsed. */
export interface MaterializedViewFlags extends DatabaseFlags {
  readonly viewers?: readonly string[];
  readonly changes: readonly number[];
  readonly iterations: number;
  readonly limitMs: number;
  readonly rowsMax: number;
}

export const viewRecordsDefault = 20_000;

/** Measures the materialized view: refreshes, reads, and what it shows wrongly. A difference from the oracle is a problem. */
export function materializedView(
  flags: MaterializedViewFlags,
  options: RunOptions,
  report: typeof findInconsistencies = findInconsistencies,
): Promise<BenchOutcome<'materialized-view'>> {
  const { iterations, rowsMax } = flags;
  const empty: MaterializedViewResults = { iterations, rowsMax, costs: [], staleness: [] };
  return runBench('materialized-view', empty, options, async (run) => {
    const { generated, target } = await benchTarget(flags, viewRecordsDefault, run.progress);
    if (!generated) {
      throw new BenchError('this changes records, which it does only in a database of its own; give --records instead');
    }
    const { database, facts } = await openFilled(target, generated);
    const measured: bigint[] = [];
    try {
      run.say(`${databaseText(facts)}; reading all tables for the expected answers…`);
      const data = await loadDataSet(database, run.signal);
      const judge = createJudge(data);
      const costs: ViewCost[] = [];
      const staleness: ViewStaleness[] = [];
      const update = () => run.update({ ...empty, costs, staleness }, facts);
      for (const viewer of chooseViewers(data, judge, flags.viewers)) {
        // An admin sees everything without a view.
        if (viewer.role === 'admin') continue;
        run.say(`viewer ${viewer.userId}: ${count(viewer.peopleCount)} people, ${count(viewer.visibleFunds)} funds`);
        await removeViewers(database, run.signal, measured);
        const cost = await measureCost(database, judge, viewer, flags, run.signal);
        if (cost.fullRefreshMs !== null) measured.push(BigInt(viewer.userId));
        if (cost.reason !== null) run.problem(`viewer ${viewer.userId}: ${cost.reason}`);
        costs.push(cost);
        update();
      }
      const together = viewersThatFit(costs, rowsMax);
      const move = moveChange(data, new Set(together));
      for (const change of [...flags.changes.map((size) => handlersChange(data, size)), ...(move ? [move] : [])]) {
        run.say(`${change.name}: ${count(change.size)}`);
        const stale = await measureStaleness(database, data, judge, together, change, run.signal, report);
        if (!stale.right) run.problem(`${change.name}: the report or the refresh differs from the oracle`);
        staleness.push(stale);
        update();
      }
    } finally {
      await removeViewers(database, new AbortController().signal, measured).catch(() => undefined);
      await database.close();
    }
  });
}

/** The viewers whose views were measured and fit into one view, the smallest first. */
function viewersThatFit(costs: readonly ViewCost[], rowsMax: number): bigint[] {
  let rows = 0;
  return costs
    .filter(({ fullRefreshMs, viewer }) => fullRefreshMs !== null && (rows += viewer.visibleFunds) <= rowsMax)
    .map(({ viewer }) => BigInt(viewer.userId));
}
