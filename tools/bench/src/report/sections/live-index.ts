import { barText, figureText } from '../../live-index/live-index-text.ts';
import type { ResultFile } from '../../result-types.ts';
import { count, number, runNote, type Section } from '../report-parts.ts';

/** The live index against SQL and the empty call, with its bars. */
export function liveIndexSection(files: readonly ResultFile<'live-index'>[]): Section {
  return {
    title: 'Live index',
    notes: [
      ...files.map(runNote),
      'Through a server over gRPC, its client on the same machine; every question was asked of adaptive-sql as well. ' +
        'Ratios are of medians in the same run.',
    ],
    charts: [],
    tables: files.flatMap(({ database, results }) => {
      const store = database ? `${database.engine}, ${count(database.records)} funds: ` : '';
      return [
        {
          title: `${store}figures and their bars`,
          head: ['what', 'figure', 'bar', 'holds', 'made of'],
          rows: results.bars.map((bar) => [
            bar.name,
            figureText(bar),
            barText(bar),
            bar.bar ? (bar.holds ? 'yes' : 'NO') : '',
            bar.details,
          ]),
        },
        {
          title: `${store}times of calls, ms`,
          head: ['call', 'calls', 'p50', 'p95', 'p99', 'max'],
          rows: results.times.map(({ name, latency }) => [
            name,
            count(latency.calls),
            ...[latency.p50Ms, latency.p95Ms, latency.p99Ms, latency.maxMs].map(number),
          ]),
        },
      ];
    }),
  };
}
