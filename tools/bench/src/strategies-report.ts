import Table from 'cli-table3';
import type { ViewerHint } from '@finance/seeder';
import type { StrategyName } from '@finance/strategy-contract';
import type { RunResult } from './run-calls.ts';

/** A strategy's run; viewers keep the order of the whole report. */
export interface StrategyRun {
  readonly strategy: StrategyName;
  readonly result: RunResult;
}

/** Everything a report says, as `--json` prints it. */
export function reportJson(
  viewers: readonly ViewerHint[],
  visible: ReadonlyMap<bigint, number>,
  runs: readonly StrategyRun[],
) {
  return {
    viewers: viewers.map(({ userId, role, subordinateCount }) => ({
      userId: String(userId),
      role,
      subordinateCount,
      visibleFunds: visible.get(userId),
    })),
    runs: runs.map(({ strategy, result }) => ({
      strategy,
      all: result.all,
      byViewer: Object.fromEntries([...result.byViewer].map(([userId, statistics]) => [String(userId), statistics])),
    })),
  };
}

/** Tables for people: all calls by strategy, and the median by viewer. */
export function reportTables(
  viewers: readonly ViewerHint[],
  visible: ReadonlyMap<bigint, number>,
  runs: readonly StrategyRun[],
): string {
  const baseline = runs.find(({ strategy }) => strategy === 'temporary-table')?.result.all.p50Ms;
  const summary = new Table({
    head: ['strategy', 'calls', 'errors', 'p50 ms', 'p95 ms', 'max ms', 'p50 / temporary-table'],
    style: { head: [], border: [] },
  });
  for (const { strategy, result } of runs) {
    const { calls, errors, p50Ms, p95Ms, maxMs } = result.all;
    const failed = Object.entries(errors).map(([what, count]) => `${count} × ${what}`);
    summary.push([
      strategy,
      calls,
      failed.join('; ') || 0,
      p50Ms.toFixed(1),
      p95Ms.toFixed(1),
      maxMs.toFixed(1),
      baseline === undefined ? '' : (p50Ms / baseline).toFixed(3),
    ]);
  }
  const byViewer = new Table({
    head: ['viewer', 'people', 'visible funds', ...runs.map(({ strategy }) => `${strategy}, p50 ms`)],
    style: { head: [], border: [] },
  });
  for (const { userId, role, subordinateCount } of viewers) {
    const medians = runs.map(({ result }) => result.byViewer.get(userId)?.p50Ms.toFixed(1) ?? '');
    byViewer.push([`${userId} ${role}`, subordinateCount + 1, visible.get(userId) ?? '', ...medians]);
  }
  return `${summary.toString()}\n${byViewer.toString()}`;
}
