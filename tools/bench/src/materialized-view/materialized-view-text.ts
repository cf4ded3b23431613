import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';

/** The tables of `materialized-view` for people. */
export function materializedViewText(file: ResultFile<'materialized-view'>): string {
  const { costs, staleness } = file.results;
  return [
    file.database ? databaseText(file.database) : '',
    'Refresh of one viewer, and the first page by amount from the view and without one, p50 ms',
    tableText(
      ['viewer', 'people', 'rows', 'full', 'nothing changed', 'page', 'page, total', 'temporary-table', '…, total'],
      costs.map((cost) => [
        `${cost.viewer.userId} ${cost.viewer.role}`,
        count(cost.viewer.peopleCount),
        count(cost.viewer.visibleFunds),
        ms(cost.fullRefreshMs),
        ms(cost.idleRefreshMs),
        ms(cost.read?.p50Ms),
        ms(cost.readWithTotal?.p50Ms),
        ms(cost.temporaryTable?.p50Ms),
        ms(cost.temporaryTableWithTotal?.p50Ms),
      ]),
    ),
    ...costs.flatMap(({ reason, viewer }) => (reason === null ? [] : [`viewer ${viewer.userId}: ${reason}`])),
    'What the view of these viewers together has wrong after a change, and refreshing all of it, ms',
    tableText(
      [
        'change',
        'of',
        'viewers affected',
        'rows shown wrongly',
        'rows missing',
        'as the oracle',
        'incremental',
        'full',
      ],
      staleness.map((stale) => [
        stale.change,
        count(stale.changes),
        count(stale.viewersAffected),
        count(stale.shownWrongly),
        count(stale.missing),
        stale.right ? 'yes' : 'NO',
        ms(stale.incrementalRefreshMs),
        ms(stale.fullRefreshMs),
      ]),
    ),
    footText(file),
  ].join('\n');
}
