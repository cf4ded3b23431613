import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { workspaceRoot } from '@finance/schema';
import type { Command } from 'commander';
import { resultFolder } from '../result-file.ts';
import { htmlPage } from './html-page.ts';
import { makeReport } from './make-report.ts';
import { markdown } from './markdown.ts';
import { readStoredResults } from './stored-results.ts';

interface ReportOptions {
  readonly output?: string;
  readonly markdown?: string;
  readonly json?: boolean;
}

/** Adds `report`: one page of everything that was measured. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('Make one self-contained HTML page with plots from all results in var/bench.')
    .option('--output <file>', 'the page; default var/bench/report.html')
    .option('--markdown <file>', 'write the tables as Markdown as well')
    .option('--json', 'print what was written and what is missing as JSON')
    .addHelpText(
      'after',
      `
Relative paths count from the root of the checkout. Commands that were not run are named in the page.

Examples:
  npx nx run bench:report
  npx nx run bench:report -- --markdown docs/performance.md

Exit code 1 when there are no results at all.`,
    )
    .action(report);
}

function report(options: ReportOptions): void {
  const { results, ignored } = readStoredResults();
  const made = makeReport(results);
  if (made.sections.length === 0) {
    throw new Error(`there are no results in ${resultFolder()}; measure first, for example: ${made.missing[0]}`);
  }
  const page = inCheckout(options.output ?? join(resultFolder(), 'report.html'));
  write(page, htmlPage(made));
  const tables = options.markdown === undefined ? undefined : inCheckout(options.markdown);
  if (tables !== undefined) write(tables, markdown(made));
  const written = [page, ...(tables === undefined ? [] : [tables])];
  if (options.json) {
    console.log(JSON.stringify({ written, missing: made.missing, ignored }));
    return;
  }
  for (const file of written) console.log(`wrote ${file}`);
  for (const command of made.missing) process.stderr.write(`not measured yet: ${command}\n`);
  for (const name of ignored) process.stderr.write(`${name} is no result and was left out\n`);
}

const inCheckout = (path: string): string => (isAbsolute(path) ? path : join(workspaceRoot, path));

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
