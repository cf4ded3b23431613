import Table from 'cli-table3';
import type { Column } from './columns.ts';
import { harmless } from './harmless.ts';
import type { Output } from './output.ts';

/** Lines under headings, with a newline at the end. */
export function tableText<Line>(output: Output, columns: readonly Column<Line>[], lines: readonly Line[]): string {
  const table = new Table({
    head: columns.map(({ name }) => output.paint('bold', name)),
    style: { head: [], border: [], compact: true },
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
  });
  for (const line of lines) {
    table.push(
      columns.map(({ of, style }) => {
        const text = harmless(of(line));
        const chosen = style?.(line);
        return chosen === undefined ? text : output.paint(chosen, text);
      }),
    );
  }
  return `${table.toString()}\n`;
}

/** Names and values, one pair a line, with a newline at the end. */
export function recordText(output: Output, pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${output.paint('bold', name.padEnd(width))}  ${harmless(value)}\n`).join('');
}
