import Table from 'cli-table3';

/** Rows under headings as text without colours; numbers are aligned to the right. */
export function tableText(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [], compact: true },
    colAligns: headings.map((_, column) => (typeof rows[0]?.[column] === 'number' ? 'right' : 'left')),
  });
  for (const row of rows) {
    table.push(row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)));
  }
  return table.toString();
}
