import type { Database } from '@finance/schema';
import { resolveScope } from '@finance/store';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import { chooseViewers } from '../questions/choose-viewers.ts';
import { createJudge } from '../questions/judge.ts';
import type { BenchViewer, OrLogicRow } from '../result-types.ts';
import { countByBasis, idsByOr, idsByTemporaryTable } from './visible-ids.ts';

/** The options of `or-logic`, as parsed. */
export interface OrLogicFlags extends DatabaseFlags {
  readonly viewers?: readonly string[];
}

export const orLogicRecordsDefault = 20_000;

/** For tests: puts another answer in the place of the OR's. */
export type IdsByOr = typeof idsByOr;

/** Compares whole sets of visible funds: temporary table, OR and oracle. A difference is a problem. */
export function orLogic(
  flags: OrLogicFlags,
  options: RunOptions,
  findByOr: IdsByOr = idsByOr,
): Promise<BenchOutcome<'or-logic'>> {
  return runBench('or-logic', { rows: [] }, options, async (run) => {
    const { generated, target } = await benchTarget(flags, orLogicRecordsDefault, run.progress);
    const { database, facts } = await openFilled(target, generated);
    try {
      run.say(`${databaseText(facts)}; reading all tables for the expected answers…`);
      const data = await loadDataSet(database, run.signal);
      const judge = createJudge(data);
      const rows: OrLogicRow[] = [];
      for (const viewer of chooseViewers(data, judge, flags.viewers)) {
        run.say(`viewer ${viewer.userId}: ${count(viewer.peopleCount)} people, ${count(viewer.visibleFunds)} funds`);
        const expected = judge
          .visibleFunds(BigInt(viewer.userId), { column: 'fund_id', descending: false })
          .map(({ fundId }) => fundId);
        const row = await compareSets(database, viewer, expected, findByOr, run.signal);
        if (!row.equal) run.problem(`viewer ${viewer.userId}: temporary table, OR and oracle differ`);
        rows.push(row);
        run.update({ rows }, facts);
      }
    } finally {
      await database.close();
    }
  });
}

function compareSets(
  database: Database,
  viewer: BenchViewer,
  expected: readonly bigint[],
  findByOr: IdsByOr,
  signal: AbortSignal,
): Promise<OrLogicRow> {
  return database.snapshot(signal, async (session) => {
    const scope = await resolveScope(session, BigInt(viewer.userId));
    const fundsByBasis = scope.people === null ? {} : await countByBasis(session, scope.people);
    // One more than is expected, so that too many would show.
    const byTable = await timed(() => idsByTemporaryTable(session, scope, expected.length + 1));
    const byOr = await timed(() => findByOr(session, scope));
    const sum = Object.values(fundsByBasis).reduce((total, funds) => total + funds, 0);
    const distinct = byTable.value.length;
    return {
      viewer,
      fundsByBasis,
      sum,
      distinct,
      duplicatesRemoved: scope.people === null ? 0 : sum - distinct,
      equal: areEqual(byTable.value, expected) && areEqual(byOr.value, expected),
      temporaryTableMs: byTable.ms,
      orMs: byOr.ms,
    };
  });
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

const areEqual = (a: readonly bigint[], b: readonly bigint[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
