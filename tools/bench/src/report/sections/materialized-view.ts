import type { Latency, ResultFile, ViewCost } from '../../result-types.ts';
import { count, number, runNote, type ReportTable, type Section } from '../report-parts.ts';
import { lineChart, type Line } from '../svg-chart.ts';

/** What precomputed rows cost, and what they show wrongly until they are refreshed. */
export function materializedViewSection(files: readonly ResultFile<'materialized-view'>[]): Section {
  return {
    title: 'Materialized view',
    notes: [
      ...files.map(runNote),
      'Pages are read from the view as it stands; a serving strategy must also know that nothing was committed since ' +
        'the refresh. Rows shown wrongly are funds shown to somebody who may not see them any more.',
    ],
    charts: files.flatMap(({ database, results }) => {
      const lines = linesOf(results.costs).filter(({ points }) => points.length > 0);
      if (lines.length === 0) return [];
      const title = `Refresh of one viewer, and a page with total${database ? `; ${database.engine}` : ''}`;
      return [lineChart({ title, xName: 'funds the viewer sees', yName: 'ms', lines })];
    }),
    tables: files.flatMap(tablesOf),
  };
}

function linesOf(costs: readonly ViewCost[]): Line[] {
  const line = (name: string, timeOf: (cost: ViewCost) => number | null | undefined): Line => ({
    name,
    points: costs.flatMap((cost) => {
      const time = timeOf(cost);
      return time === null || time === undefined ? [] : [[cost.viewer.visibleFunds, time] as const];
    }),
  });
  return [
    line('full refresh', ({ fullRefreshMs }) => fullRefreshMs),
    line('refresh when nothing changed', ({ idleRefreshMs }) => idleRefreshMs),
    line('page from the view', ({ readWithTotal }) => readWithTotal?.p50Ms),
    line('page by temporary-table', ({ temporaryTableWithTotal }) => temporaryTableWithTotal?.p50Ms),
  ];
}

function tablesOf({ database, results }: ResultFile<'materialized-view'>): ReportTable[] {
  const store = database ? `${database.engine}, ${count(database.records)} funds: ` : '';
  return [
    {
      title: `${store}refresh of one viewer; first page by amount, p50, without and with total; ms`,
      head: ['viewer', 'people', 'rows', 'full', 'nothing changed', 'view', 'temporary-table'],
      rows: results.costs.map((cost) => [
        `${cost.viewer.userId} ${cost.viewer.role}`,
        count(cost.viewer.peopleCount),
        count(cost.viewer.visibleFunds),
        ...(cost.fullRefreshMs === null ? [cost.reason ?? '–'] : [number(cost.fullRefreshMs)]),
        timeText(cost.idleRefreshMs),
        pagesText(cost.read, cost.readWithTotal),
        pagesText(cost.temporaryTable, cost.temporaryTableWithTotal),
      ]),
    },
    {
      title: `${store}what the view of all these viewers has wrong after a change, and refreshing all of it, ms`,
      head: [
        'change',
        'of',
        'viewers affected',
        'rows shown wrongly',
        'rows missing',
        'as the oracle',
        'incremental',
        'full',
      ],
      rows: results.staleness.map((stale) => [
        stale.change,
        count(stale.changes),
        count(stale.viewersAffected),
        count(stale.shownWrongly),
        count(stale.missing),
        stale.right ? 'yes' : 'NO',
        timeText(stale.incrementalRefreshMs),
        timeText(stale.fullRefreshMs),
      ]),
    },
  ];
}

const timeText = (ms: number | null): string => (ms === null ? '–' : number(ms));

const pagesText = (page: Latency | null, withTotal: Latency | null): string =>
  `${timeText(page?.p50Ms ?? null)} / ${timeText(withTotal?.p50Ms ?? null)}`;
