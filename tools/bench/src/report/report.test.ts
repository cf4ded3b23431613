import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginResult } from '../result-file.ts';
import type { CompareCell, CompareRun } from '../result-types.ts';
import { htmlPage } from './html-page.ts';
import { makeReport } from './make-report.ts';
import { markdown } from './markdown.ts';
import { readStoredResults } from './stored-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-report-'));
const folderBefore = process.env['FINANCE_BENCH_FOLDER'];
beforeAll(() => void (process.env['FINANCE_BENCH_FOLDER'] = folder));
afterAll(() => {
  if (folderBefore === undefined) delete process.env['FINANCE_BENCH_FOLDER'];
  else process.env['FINANCE_BENCH_FOLDER'] = folderBefore;
  rmSync(folder, { recursive: true, force: true });
});

const viewers = [
  { userId: '2', name: 'Ann <b>', role: 'supervisor', peopleCount: 400, visibleFunds: 7_000 },
  { userId: '9', name: 'Bob', role: 'staff', peopleCount: 1, visibleFunds: 20 },
] as const;

function runOf(records: number, answers: (strategy: string) => Pick<CompareCell, 'outcome' | 'latency'>): CompareRun {
  const cell = (strategy: string, viewer: (typeof viewers)[number]): CompareCell => ({
    strategy,
    viewerUserId: viewer.userId,
    peopleCount: viewer.peopleCount,
    visibleFunds: viewer.visibleFunds,
    orderBy: 'amount',
    depth: 'first',
    withTotal: true,
    reason: null,
    ratioToTemporaryTable: null,
    ...answers(strategy),
  });
  return {
    database: { engine: 'sqlite', version: '3.51.0', records, users: 500, profile: 'company', seed: 7 },
    viewers,
    cells: ['closure-join', 'in-list'].flatMap((strategy) => viewers.map((viewer) => cell(strategy, viewer))),
  };
}
const latency = { calls: 5, p50Ms: 12.3, p95Ms: 45.6, p99Ms: 46, maxMs: 47 };

test('a page that needs nothing but itself has the plots, figures and failures of every stored run', () => {
  const answers = (strategy: string) =>
    strategy === 'in-list' ? { outcome: 'failed' as const, latency: null } : { outcome: 'right' as const, latency };
  for (const records of [10_000, 100_000]) {
    const runs = [runOf(records, answers)];
    beginResult(
      'compare',
      { pageSize: 20, iterations: 5, limitMs: 100, runs },
      { fileName: `compare-${records}`, arguments: ['--records', String(records), '--url', 'mysql://u:secret@h/d'] },
    ).end(records === 100_000 ? 'interrupted by SIGINT' : undefined);
  }
  writeFileSync(join(folder, 'other.json'), '{"half": ');

  const { results, ignored } = readStoredResults();
  expect(ignored).toEqual(['other.json']);
  const report = makeReport(results);
  const page = htmlPage(report);
  expect(page.match(/<svg /g)).toHaveLength(3);
  expect(page).toContain('growth with the data');
  expect(page).toContain('people in the viewer’s scope');
  expect(page).toContain('p50 in ms');
  expect(page).not.toMatch(/(?:src|href)=|url\((?!#)|<script|@import/);

  const text = markdown(report);
  expect(text).toContain('sqlite 3.51.0 with 10,000 funds and 500 users, profile company, seed 7');
  expect(text).toMatch(/\| 2 supervisor \| 400 +\| 7,000 +\| 12\.3 \/ 45\.6 +\| failed +\|/);
  expect(text).toContain('`npx nx run bench:compare -- --records 10000 --url mysql://u:***@h/d`');
  expect(text + page).not.toContain('secret');
  expect(text).toContain('UNFINISHED: interrupted by SIGINT');
  expect(text).toContain('Not measured yet:');
  expect(text).toContain('- `npx nx run bench:concurrency`');
});

test('without results there are no sections, and every command is named as missing', () => {
  const { sections, missing } = makeReport(readStoredResults(join(folder, 'empty')).results);
  expect(sections).toEqual([]);
  expect(missing.join()).toContain('bench:ghz');
  expect(readFileSync(join(folder, 'compare-10000.json'), 'utf8')).toContain('"finished": true');
});
