import { databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';
import type { LiveIndexBar } from './live-index-results.ts';

/** The bars and the times as tables. */
export function liveIndexText(file: ResultFile<'live-index'>): string {
  const { bars, times } = file.results;
  return [
    file.database ? databaseText(file.database) : '',
    tableText(
      ['what', 'figure', 'bar', '', 'made of'],
      bars.map((bar) => [bar.name, figureText(bar), barText(bar), bar.bar ? (bar.holds ? '✓' : '✗') : '', bar.details]),
    ),
    tableText(
      ['call', 'calls', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'],
      times.map(({ name, latency: { calls, p50Ms, p95Ms, p99Ms, maxMs } }) => [
        name,
        calls,
        ms(p50Ms),
        ms(p95Ms),
        ms(p99Ms),
        ms(maxMs),
      ]),
    ),
    footText(file),
  ].join('\n');
}

/** A figure with its unit; small ratios as fractions. */
export function figureText({ figure, unit }: Pick<LiveIndexBar, 'figure' | 'unit'>): string {
  if (unit !== 'ratio') return `${unit === 'ms' ? ms(figure) : Number(figure.toFixed(2))} ${unit}`;
  return figure > 0 && figure < 0.1 ? `1/${Math.round(1 / figure).toLocaleString('en')}` : figure.toFixed(2);
}

/** The bar of a figure; empty for one that is only told. */
export const barText = ({ bar, unit }: LiveIndexBar): string =>
  bar ? `${bar.kind === 'at most' ? '≤' : '≥'} ${figureText({ figure: bar.value, unit })}` : '';
