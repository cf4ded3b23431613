import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ConcurrencyCell, ResultFile } from '../result-types.ts';

/** The table of `concurrency` for people. */
export function concurrencyText(file: ResultFile<'concurrency'>): string {
  const { cells } = file.results;
  const hasPool = cells.some(({ pool }) => pool !== null);
  const head = [
    'strategy',
    'loop',
    'callers',
    'due/s',
    'calls',
    'right',
    'right/s',
    'errors',
    'p50 ms',
    'p95 ms',
    'p99 ms',
  ];
  const poolHead = ['connections', 'running', 'temp tables/call', 'of these on disk'];
  const table = tableText(
    hasPool ? [...head, ...poolHead] : head,
    cells.map((cell) => [
      cell.strategy,
      cell.loop,
      cell.users,
      cell.targetCallsPerSecond?.toFixed(0) ?? '',
      count(cell.calls),
      `${(cell.successRate * 100).toFixed(cell.successRate === 1 ? 0 : 2)} %`,
      cell.succeededPerSecond.toFixed(1),
      Object.entries(cell.errors)
        .map(([kind, calls]) => `${calls} × ${kind}`)
        .join('; ') || 0,
      ms(cell.latency.p50Ms),
      ms(cell.latency.p95Ms),
      ms(cell.latency.p99Ms),
      ...(hasPool ? poolCells(cell) : []),
    ]),
  );
  return [file.database ? databaseText(file.database) : '', table, footText(file)].join('\n');
}

function poolCells({ calls, pool }: ConcurrencyCell): (string | number)[] {
  if (!pool) return ['', '', '', ''];
  const perCall = calls === 0 ? 0 : pool.temporaryTables / calls;
  return [pool.connectionsMax, pool.runningMax, perCall.toFixed(1), pool.temporaryTablesOnDisk];
}
