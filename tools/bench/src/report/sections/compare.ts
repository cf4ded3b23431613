import type { CompareCell, CompareRun, PageDepth, ResultFile } from '../../result-types.ts';
import { ratioOfMedians } from '../../compare/ratios.ts';
import { count, databaseText, number, runNote, type ReportTable, type Section } from '../report-parts.ts';
import { lineChart, type Chart, type Line } from '../svg-chart.ts';

/** The pages that are shown; others are in the JSON. */
const shown: readonly { readonly depth: PageDepth; readonly withTotal: boolean }[] = [
  { depth: 'first', withTotal: true },
  { depth: 'first', withTotal: false },
  { depth: 'middle by token', withTotal: false },
  { depth: 'last', withTotal: true },
];

/** Strategies side by side: latency by subtree size, and growth where several sizes were measured. */
export function compareSection(files: readonly ResultFile<'compare'>[]): Section {
  const runs = latestRuns(files);
  return {
    title: 'Strategies',
    notes: [
      ...files.map(runNote),
      'Every time is that of an answer that was equal to the oracle’s. Each field: the median over the sort orders of ' +
        'the p50, and the largest p95, in ms.',
    ],
    charts: [...runs.flatMap(latencyCharts), ...growthCharts(runs)],
    tables: runs.flatMap((run) => [...latencyTables(run), outcomeTable(run)]),
  };
}

/** Of runs of the same command line on like data only the last. */
function latestRuns(files: readonly ResultFile<'compare'>[]): CompareRun[] {
  const runs = files.flatMap((file) =>
    file.results.runs.map((run) => [`${databaseText(run.database)} ${file.arguments.join(' ')}`, run] as const),
  );
  return [...new Map(runs).values()].sort(
    (a, b) => a.database.engine.localeCompare(b.database.engine) || a.database.records - b.database.records,
  );
}

const strategiesOf = ({ cells }: CompareRun): string[] => [...new Set(cells.map(({ strategy }) => strategy))];

function cellsOf(run: CompareRun, strategy: string, viewerUserId: string, page: (typeof shown)[number]): CompareCell[] {
  return run.cells.filter(
    (cell) =>
      cell.strategy === strategy &&
      cell.viewerUserId === viewerUserId &&
      cell.depth === page.depth &&
      cell.withTotal === page.withTotal,
  );
}

/** Median of the p50s and largest p95 over the sort orders; undefined unless all were right. */
function summary(cells: readonly CompareCell[]): { p50Ms: number; p95Ms: number } | undefined {
  const latencies = cells.map(({ latency }) => latency);
  if (latencies.length === 0 || latencies.some((latency) => latency === null)) return undefined;
  const p50s = latencies.map((latency) => latency!.p50Ms).sort((a, b) => a - b);
  return {
    p50Ms: p50s[Math.floor(p50s.length / 2)]!,
    p95Ms: Math.max(...latencies.map((latency) => latency!.p95Ms)),
  };
}

const pageText = ({ depth, withTotal }: (typeof shown)[number]): string =>
  `${depth === 'middle by token' ? 'middle page by token' : `${depth} page`}, ${withTotal ? 'exact total' : 'no total'}`;

function latencyCharts(run: CompareRun): Chart[] {
  return shown.slice(0, 2).flatMap((page) => {
    const lines = strategiesOf(run)
      .map((strategy): Line => ({
        name: strategy,
        points: run.viewers.flatMap(({ userId, role, peopleCount }) => {
          // An admin sees everything without a subtree: no point of this line. The tables have them.
          if (role === 'admin') return [];
          const times = summary(cellsOf(run, strategy, userId, page));
          return times === undefined ? [] : [[peopleCount, times.p50Ms] as const];
        }),
      }))
      .filter(({ points }) => points.length > 0);
    if (lines.length === 0) return [];
    const { engine, records } = run.database;
    const title = `${engine}, ${count(records)} funds: ${pageText(page)}`;
    return [lineChart({ title, xName: 'people in the viewer’s scope', yName: 'p50 in ms', lines })];
  });
}

/** The viewer who sees most, at each size of the data; one plot for each engine. */
function growthCharts(runs: readonly CompareRun[]): Chart[] {
  return [...new Set(runs.map(({ database }) => database.engine))].flatMap((engine) => {
    const sizes = runs.filter(({ database }) => database.engine === engine);
    if (new Set(sizes.map(({ database }) => database.records)).size < 2) return [];
    const lines = [...new Set(sizes.flatMap(strategiesOf))].map((strategy): Line => ({
      name: strategy,
      points: sizes.flatMap((run) => {
        const supervisors = run.viewers.filter(({ role }) => role === 'supervisor');
        const widest = supervisors.sort((a, b) => b.visibleFunds - a.visibleFunds)[0];
        const times = widest && summary(cellsOf(run, strategy, widest.userId, shown[0]!));
        return times === undefined ? [] : [[run.database.records, times.p50Ms] as const];
      }),
    }));
    return [
      lineChart({
        title: `${engine}: growth with the data; largest supervisor, ${pageText(shown[0]!)}`,
        xName: 'funds in the database',
        yName: 'p50 in ms',
        lines: lines.filter(({ points }) => points.length > 0),
      }),
    ];
  });
}

function latencyTables(run: CompareRun): ReportTable[] {
  const strategies = strategiesOf(run);
  return shown.flatMap((page) => {
    const rows = run.viewers
      .filter(({ userId }) => strategies.some((strategy) => cellsOf(run, strategy, userId, page).length > 0))
      .map(({ userId, role, peopleCount, visibleFunds }) => [
        `${userId} ${role}`,
        count(peopleCount),
        count(visibleFunds),
        ...strategies.map((strategy) => fieldText(cellsOf(run, strategy, userId, page))),
      ]);
    if (rows.length === 0) return [];
    return [
      {
        title: `${databaseText(run.database)}: ${pageText(page)}, p50 / p95 ms`,
        head: ['viewer', 'people', 'visible funds', ...strategies],
        rows,
      },
    ];
  });
}

function fieldText(cells: readonly CompareCell[]): string {
  const times = summary(cells);
  if (times !== undefined) return `${number(times.p50Ms)} / ${number(times.p95Ms)}`;
  return [...new Set(cells.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'right'))].join(', ') || '–';
}

/** Right answers, and ratios to the study's recommendation in the same run. */
function outcomeTable(run: CompareRun): ReportTable {
  return {
    title: `${databaseText(run.database)}: all questions`,
    head: ['strategy', 'right', 'wrong or failed', 'over limit or skipped', 'median ÷ median of temporary-table'],
    rows: strategiesOf(run).map((strategy) => {
      const cells = run.cells.filter((cell) => cell.strategy === strategy);
      const having = (...outcomes: CompareCell['outcome'][]) =>
        count(cells.filter(({ outcome }) => outcomes.includes(outcome)).length);
      const ratio = ratioOfMedians(run.cells, strategy);
      return [
        strategy,
        having('right'),
        having('wrong answer', 'failed'),
        having('over limit', 'skipped'),
        ratio === undefined ? '–' : ratio.toPrecision(2),
      ];
    }),
  };
}
