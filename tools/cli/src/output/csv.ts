import type { Column } from './columns.ts';

/** RFC 4180 ends every line so, the last one too. */
const lineEnd = '\r\n';

/** A field, quoted where RFC 4180 needs it. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The header line. */
export function csvHead(columns: readonly Column<never>[]): string {
  return columns.map(({ name }) => csvField(name)).join(',') + lineEnd;
}

/** One line for each of `lines`. */
export function csvLines<Line>(columns: readonly Column<Line>[], lines: readonly Line[]): string {
  return lines.map((line) => columns.map(({ of }) => csvField(of(line))).join(',') + lineEnd).join('');
}
