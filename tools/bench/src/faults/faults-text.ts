import { footText, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';

const figureText = (figure: number, unit: string): string => `${Number(figure.toFixed(2))} ${unit}`.trim();

/** The tables of `faults` for people: the bars of each scenario, and what it did. */
export function faultsText(file: ResultFile<'faults'>): string {
  const parts = file.results.scenarios.map(({ scenario, bars, facts }) => {
    const rows = bars.map(({ name, figure, unit, max }) => [
      name,
      figureText(figure, unit),
      figureText(max, unit),
      figure <= max ? 'yes' : 'NO',
    ]);
    const done = Object.entries(facts).map(([name, value]) =>
      typeof value === 'number' ? `${name} ${Number(value.toFixed(2))}` : `${name} ${value}`,
    );
    return `${scenario}\n${tableText(['promise', 'figure', 'at most', 'kept'], rows)}\n${done.join(', ')}`;
  });
  return [...parts, footText(file)].join('\n\n');
}
