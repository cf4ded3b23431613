import type { Figure, FigureGroup } from './figures.ts';

const mib = 1024 * 1024;

/** `–` stands for a figure that cannot be had. */
export function valueText({ value, unit }: Figure): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (unit === 'bytes') return `${(value / mib).toFixed(1)} MiB`;
  const digits = unit === '' || (unit === '1/s' && value >= 100) ? 0 : 1;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit.replace('1/s', '/s')}`}`;
}

/** A screen: every group in columns, and below it why figures are missing. */
export function screenText(groups: readonly FigureGroup[], at: Date): string {
  const notes: string[] = [];
  const mark = ({ note }: Figure): string => {
    if (note === undefined) return '';
    if (!notes.includes(note)) notes.push(note);
    return ` [${notes.indexOf(note) + 1}]`;
  };
  const width = Math.max(...groups.flatMap(({ figures }) => figures.map(({ name }) => name.length)));
  const body = groups.flatMap(({ title, figures }) => [
    title,
    ...figures.map((figure) => `  ${figure.name.padEnd(width)}  ${valueText(figure)}${mark(figure)}`),
    '',
  ]);
  return [`${at.toISOString().slice(11, 19)} UTC`, '', ...body, ...notes.map((note, i) => `[${i + 1}] ${note}`)].join(
    '\n',
  );
}

/** A plain line for a pipe or a log. */
export function lineText(groups: readonly FigureGroup[], at: Date): string {
  const figures = groups.flatMap((group) => group.figures);
  return `${at.toISOString()} ${figures.map((figure) => `${figure.name}=${valueText(figure)}`).join('; ')}`;
}
