import type { Database } from '@finance/schema';
import { refreshFully, refreshIncrementally } from '@finance/strategies';
import { sqlContenders, type Contender } from '../compare/contender.ts';
import { measureCell, type CellLimits } from '../compare/measure-cell.ts';
import { oneLine } from '../cli/one-line.ts';
import { makeQuestions } from '../questions/make-questions.ts';
import type { Judge } from '../questions/judge.ts';
import type { BenchViewer, Latency, ViewCost } from '../result-types.ts';
import { differencesFromOracle } from './expected.ts';

const plan = { orders: [{ column: 'amount', descending: true }], depths: ['first'], totals: [false, true] } as const;

/** Measures the view of one viewer and leaves it in the database. `limits.rowsMax` bounds it. */
export async function measureCost(
  database: Database,
  judge: Judge,
  viewer: BenchViewer,
  limits: CellLimits & { readonly rowsMax: number },
  signal: AbortSignal,
): Promise<ViewCost> {
  const nothing: ViewCost = {
    viewer,
    fullRefreshMs: null,
    idleRefreshMs: null,
    read: null,
    readWithTotal: null,
    temporaryTable: null,
    temporaryTableWithTotal: null,
    reason: null,
  };
  const viewerUserId = BigInt(viewer.userId);
  let fullRefreshMs: number;
  try {
    fullRefreshMs = (await refreshFully(database, signal, [viewerUserId], limits)).durationMs;
  } catch (error) {
    signal.throwIfAborted();
    return { ...nothing, reason: oneLine(error) };
  }
  const wrong = await differencesFromOracle(database, judge, viewerUserId, signal);
  if (wrong > 0) return { ...nothing, reason: `${wrong} rows differ from the oracle` };
  const { durationMs: idleRefreshMs } = await refreshIncrementally(database, signal, limits);

  const reasons: string[] = [];
  const [withoutTotal, withTotal] = makeQuestions(judge, viewer, plan);
  const ask = async (contender: Contender, question: typeof withTotal): Promise<Latency | null> => {
    if (!question) return null;
    // The view is there; a contender would make it anew.
    const { latency, outcome, reason } = await measureCell(
      { ...contender, prepare: noPreparation },
      question,
      limits,
      signal,
    );
    if (outcome !== 'right') reasons.push(`${contender.name}: ${outcome}: ${reason}`);
    return latency;
  };
  const named = (name: string): Contender => sqlContenders(database).find((each) => each.name === name)!;
  const [view, table] = [named('materialized-view'), named('temporary-table')];
  return {
    ...nothing,
    fullRefreshMs,
    idleRefreshMs,
    read: await ask(view, withoutTotal),
    readWithTotal: await ask(view, withTotal),
    temporaryTable: await ask(table, withoutTotal),
    temporaryTableWithTotal: await ask(table, withTotal),
    reason: reasons.length === 0 ? null : reasons.join('; '),
  };
}

const noPreparation = async (): Promise<void> => undefined;
