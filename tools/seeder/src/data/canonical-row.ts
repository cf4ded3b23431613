/** A cell as text that `LOAD DATA` reads back with its default separators. */
export function escapeText(text: string): string {
  return /[\\\t\n\r\0]/.test(text)
    ? text.replace(/[\\\t\n\r\0]/g, (char) => (char === '\0' ? '\\0' : `\\${char}`))
    : text;
}

/**
 * A row as one line of text, the same for the same values on every engine: cells apart by tabs, NULL as `\N`, amounts
 * in cents, instants in microseconds.
 */
export function canonicalLine(cells: readonly (number | bigint | string | null)[]): string {
  let line = '';
  for (const cell of cells) {
    line += cell === null ? '\\N\t' : typeof cell === 'string' ? `${escapeText(cell)}\t` : `${cell}\t`;
  }
  return `${line.slice(0, -1)}\n`;
}
