import type { Report } from './make-report.ts';
import type { ReportTable } from './report-parts.ts';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1400px; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 1px solid #ccc; }
figure { margin: 1.5rem 0; overflow-x: auto; } div.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; margin-bottom: 1.5rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { border: 1px solid #ccc; padding: .25rem .6rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { background: #f3f3f3; }
code { background: #f3f3f3; padding: 0 .2rem; } .missing { background: #fff4e0; padding: .5rem 1rem; }`;

/** One page that needs nothing but itself: plots are inline SVG, there is no script. */
export function htmlPage({ sections, missing }: Report): string {
  const body = sections.map(
    ({ title, notes, charts, tables }) => `<section>
<h2>${escape(title)}</h2>
${notes.map((note) => `<p>${code(escape(note))}</p>`).join('\n')}
${charts.map((chart) => `<figure role="img" aria-label="${escape(chart.title)}">${chart.svg}</figure>`).join('\n')}
${tables.map(htmlTable).join('\n')}
</section>`,
  );
  const absent = missing.map((command) => `<li><code>${escape(command)}</code></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Finance permission system: measurements</title><style>${style}</style></head>
<body>
<h1>Measurements</h1>
${missing.length === 0 ? '' : `<div class="missing"><p>Not measured yet:</p><ul>${absent}</ul></div>`}
${body.join('\n')}
</body>
</html>
`;
}

function htmlTable({ title, head, rows }: ReportTable): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="table"><table><caption>${escape(title)}</caption>
<thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody></table></div>`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const code = (html: string): string => html.replaceAll(/`([^`]*)`/g, '<code>$1</code>');
