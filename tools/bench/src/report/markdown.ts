import type { Report } from './make-report.ts';
import type { ReportTable } from './report-parts.ts';

/** The same report for docs/performance.md, without plots, laid out as prettier does it. */
export function markdown({ sections, missing }: Report): string {
  const blocks = [
    '# Performance',
    'Made by `npx nx run bench:report -- --markdown docs/performance.md` from results in `var/bench`; do not edit. Plots are in `var/bench/report.html`.',
  ];
  if (missing.length > 0) {
    blocks.push('Not measured yet:', missing.map((command) => `- \`${command}\``).join('\n'));
  }
  for (const { title, notes, tables } of sections) {
    blocks.push(`## ${title}`, ...notes);
    for (const table of tables) blocks.push(`**${table.title}**`, markdownTable(table));
  }
  return `${blocks.join('\n\n')}\n`;
}

function markdownTable({ head, rows }: ReportTable): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const minimum = 3;
  const widths = head.map((_, i) => Math.max(minimum, ...lines.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${widths.map((w, i) => (cells[i] ?? '').padEnd(w)).join(' | ')} |`;
  return [line(lines[0]!), `| ${widths.map((w) => '-'.repeat(w)).join(' | ')} |`, ...lines.slice(1).map(line)].join(
    '\n',
  );
}
