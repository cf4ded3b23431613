import Table from 'cli-table3';
import type { GhzResults, GhzRun } from './ghz-results.ts';

/** Errors of a run for people: `3 × Unavailable`, `warm-up failed`; `0` when there are none. */
export function errorText({ errors, warmUpFailed, calls }: GhzRun): string {
  const texts = Object.entries(errors).map(([code, count]) => `${count} × ${code}`);
  if (warmUpFailed) texts.push('errors in the warm-up, see its HTML');
  if (calls === 0) texts.push('no call was made');
  return texts.join('; ') || '0';
}

/** A table for people, a row for each run. */
export function ghzTable({ runs }: GhzResults): string {
  const table = new Table({
    head: ['rpc', 'loop', 'load', 'calls', 'calls/s', 'p50 ms', 'p95 ms', 'p99 ms', 'errors'],
    style: { head: [], border: [] },
  });
  for (const run of runs) {
    table.push([
      run.rpc,
      run.loop,
      run.concurrency === null ? `${run.targetCallsPerSecond} calls/s` : `${run.concurrency} callers`,
      run.calls,
      run.callsPerSecond.toFixed(0),
      ...(['p50Ms', 'p95Ms', 'p99Ms'] as const).map((name) => run.latency?.[name].toFixed(1) ?? '–'),
      errorText(run),
    ]);
  }
  return table.toString();
}
