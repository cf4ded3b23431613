import type { ConcurrencyCell, ResultFile } from '../../result-types.ts';
import { count, number, runNote, type Section } from '../report-parts.ts';
import { lineChart, type Chart } from '../svg-chart.ts';

/** Strategies under load; of several runs, each has its own plots. */
export function concurrencySection(files: readonly ResultFile<'concurrency'>[]): Section {
  return {
    title: 'Concurrency',
    notes: [
      ...files.map(runNote),
      'Closed loop: each caller asks again when it has its answer. Open loop: calls start at a fixed rate, and waiting counts.',
    ],
    charts: files.flatMap(chartsOf),
    tables: files.map(({ results, database }) => ({
      title: `Load on ${database?.engine ?? 'the database'}`,
      head: [
        'strategy',
        'loop',
        'callers',
        'calls',
        'succeeded',
        'calls/s',
        'p50 ms',
        'p95 ms',
        'errors',
        'temporary tables',
      ],
      rows: results.cells.map((cell) => [
        cell.strategy,
        cell.targetCallsPerSecond === null ? cell.loop : `open, ${number(cell.targetCallsPerSecond)}/s`,
        count(cell.users),
        count(cell.calls),
        `${(100 * cell.successRate).toFixed(1)} %`,
        number(cell.succeededPerSecond),
        ...(cell.latency.calls === 0 ? ['–', '–'] : [number(cell.latency.p50Ms), number(cell.latency.p95Ms)]),
        Object.entries(cell.errors)
          .map(([kind, n]) => `${count(n)} × ${kind}`)
          .join('; ') || '0',
        cell.pool === null ? '–' : count(cell.pool.temporaryTables),
      ]),
    })),
  };
}

function chartsOf({ results, database }: ResultFile<'concurrency'>): Chart[] {
  const closed = results.cells.filter(({ loop }) => loop === 'closed');
  const strategies = [...new Set(closed.map(({ strategy }) => strategy))];
  const lines = (y: (cell: ConcurrencyCell) => number) =>
    strategies.map((name) => ({
      name,
      points: closed.filter(({ strategy }) => strategy === name).map((cell) => [cell.users, y(cell)] as const),
    }));
  if (closed.length === 0) return [];
  const where = database?.engine ?? 'database';
  const xName = 'callers at once';
  return [
    lineChart({
      title: `${where}: latency, closed loop`,
      xName,
      yName: 'p95 in ms',
      lines: lines(({ latency }) => latency.p95Ms),
    }),
    lineChart({
      title: `${where}: calls that succeeded, closed loop`,
      xName,
      yName: 'right answers per second',
      lines: lines(({ succeededPerSecond }) => succeededPerSecond),
    }),
    lineChart({
      title: `${where}: success rate, closed loop`,
      xName,
      yName: 'right answers in %',
      yIsLinear: true,
      lines: lines(({ successRate }) => 100 * successRate),
    }),
  ];
}
