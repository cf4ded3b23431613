import type { ResultFile } from '../../result-types.ts';
import { errorText } from '../../ghz/ghz-table.ts';
import { count, number, runNote, type Section } from '../report-parts.ts';
import { lineChart } from '../svg-chart.ts';

/** That three ways find the same funds, and what OR counts twice. */
export function orLogicSection(files: readonly ResultFile<'or-logic'>[]): Section {
  return {
    title: 'OR logic',
    notes: files.map(runNote),
    charts: [],
    tables: files.map(({ results }) => ({
      title: 'Funds by basis, and counted once',
      head: ['viewer', 'by basis', 'sum', 'distinct', 'duplicates removed', 'oracle = temporary table = OR'],
      rows: results.rows.map((row) => [
        `${row.viewer.userId} ${row.viewer.role}`,
        Object.entries(row.fundsByBasis)
          .map(([basis, funds]) => `${basis} ${count(funds)}`)
          .join(', ') || 'sees everything',
        count(row.sum),
        count(row.distinct),
        count(row.duplicatesRemoved),
        row.equal ? 'yes' : 'NO',
      ]),
    })),
  };
}

/** Ways to find the people below somebody. The last run counts. */
export function hierarchySection(files: readonly ResultFile<'hierarchy'>[]): Section {
  const file = files[files.length - 1]!;
  const { cells } = file.results;
  const whole = cells.filter(({ depthMax, latency }) => depthMax === null && latency !== null);
  const ways = [...new Set(whole.map(({ way }) => way))];
  return {
    title: 'Hierarchy',
    notes: [runNote(file)],
    charts:
      whole.length === 0
        ? []
        : [
            lineChart({
              title: 'Finding a whole subtree',
              xName: 'people in the subtree',
              yName: 'p50 in ms',
              lines: ways.map((name) => ({
                name,
                points: whole.filter(({ way }) => way === name).map((cell) => [cell.subtreeSize, cell.latency!.p50Ms]),
              })),
            }),
          ],
    tables: [
      {
        title: 'By subtree and depth',
        head: ['top', 'people', 'levels', 'depth asked', 'way', 'p50 ms', 'ratio to recursive-cte'],
        rows: cells.map((cell) => [
          cell.userId,
          count(cell.subtreeSize),
          count(cell.height),
          cell.depthMax === null ? 'all' : count(cell.depthMax),
          cell.way,
          cell.latency === null ? 'cannot' : number(cell.latency.p50Ms),
          cell.ratioToRecursiveCte === null ? '–' : cell.ratioToRecursiveCte.toPrecision(2),
        ]),
      },
    ],
  };
}

/** Load by ghz. */
export function ghzSection(files: readonly ResultFile<'ghz'>[]): Section {
  return {
    title: 'ghz',
    notes: [...files.map(runNote), 'Latency as ghz sees it; ghz counts gRPC codes and does not look at answers.'],
    charts: [],
    tables: files.map(({ results }) => ({
      title: `ghz ${results.ghzVersion}, ListFunds by ${results.strategy ?? 'the service’s choice'}, ${results.withTotal ? 'exact total' : 'no total'}`,
      head: ['rpc', 'loop', 'load', 'calls', 'calls/s', 'p50 ms', 'p95 ms', 'p99 ms', 'errors'],
      rows: results.runs.map((run) => [
        run.rpc,
        run.loop,
        run.concurrency === null ? `${run.targetCallsPerSecond} calls/s` : `${run.concurrency} callers`,
        count(run.calls),
        number(run.callsPerSecond),
        ...(run.latency === null ? ['–', '–', '–'] : Object.values(run.latency).map(number)),
        errorText(run),
      ]),
    })),
  };
}
