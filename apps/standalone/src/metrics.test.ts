import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { workspaceRoot } from '@finance/schema';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const [sqlite] = await withTestDatabases(import.meta.url);
if (sqlite?.target.engine !== 'sqlite') throw new Error('the first test database is SQLite');
const databaseUrl = `sqlite:${sqlite.target.file}`;

const patience = { timeout: 60_000, interval: 200 };

let server: TestProcess;
/** A page of a server that has done a bit of everything. */
let page: string;

beforeAll(async () => {
  await insertDataSet(sqlite.database, generateDataSet({ profile: 'company', users: 60, records: 2_000, seed: 3 }));
  server = startProcess('standalone', {
    DATABASE_URL: databaseUrl,
    PAGINATION_STRATEGIES: 'live-index,adaptive-sql,temporary-table',
  });
  const { grpc, http } = await server.serving;
  const funds = createClient(FundsService, createGrpcTransport({ baseUrl: `http://${grpc}` }));
  const readPage = async () => (await fetch(`${http}/metrics`)).text();
  const { TEMPORARY_TABLE, LIVE_INDEX } = PaginationStrategy;
  const used = async (strategy: PaginationStrategy) =>
    (await funds.listFunds({ viewerUserId: 2n, strategy })).strategyUsed;
  await used(TEMPORARY_TABLE);
  await vi.waitUntil(async () => (await used(LIVE_INDEX)) === LIVE_INDEX, patience);
  await vi.waitUntil(async () => (await readPage()).includes('finance_self_audit_checks_total{'), patience);
  await fetch(`${http}/finance.funds.v1.FundsService/ListFunds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"unknown":1}',
  });
  page = await readPage();
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.ended;
});

/** What Prometheus adds to every sample. */
const addedLabels = new Set(['job', 'instance']);

interface Selector {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

function selectorsOf(expression: string): Selector[] {
  return [...expression.matchAll(/\b((?:finance|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', inside = '']) => ({
      name,
      labels: [...inside.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(
        ([, label = '', operator = '', value = '']) => ({
          label,
          operator,
          value,
        }),
      ),
    }),
  );
}

/** The values of a label on the page. */
const valuesOf = (name: string, label: string): string[] =>
  [...page.matchAll(new RegExp(`^${name}\\{(?:[^}]*,)?${label}="([^"]*)"`, 'gm'))].map(([, value = '']) => value);

function expectOnPage(expressions: readonly string[]): void {
  const selectors = expressions.flatMap(selectorsOf);
  expect(selectors.length).toBeGreaterThan(10);
  for (const { name, labels } of selectors) {
    expect(page, name).toMatch(new RegExp(`^${name}[ {]`, 'm'));
    for (const { label, operator, value } of labels) {
      if (addedLabels.has(label)) continue;
      const values = valuesOf(name, label);
      expect(values, `${name}: ${label}`).not.toEqual([]);
      // No healthy server has a sample of an error.
      if (operator === '=' && label !== 'code') expect(values, `${name}: ${label}`).toContain(value);
      if (operator === '=~')
        expect(
          values.some((one) => new RegExp(`^(${value})$`).test(one)),
          value,
        ).toBe(true);
    }
  }
}

const textOf = (path: string): string => readFileSync(join(workspaceRoot, path), 'utf8');

it('every alert asks about metrics and labels that a server has', () => {
  const rules = textOf('deploy/prometheus/rules.yml').replaceAll(/^\s*#.*$/gm, '');
  expectOnPage(rules.split('- alert:').slice(1));
});

it('every panel of the dashboards shows metrics and labels that a server has', () => {
  const files = globSync('deploy/grafana/dashboards/*.json', { cwd: workspaceRoot });
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const dashboard = JSON.parse(textOf(file)) as { panels: { targets?: { expr: string }[] }[] };
    expectOnPage(dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));
  }
});

it('docs/operations.md tells of every metric what it says of itself, and of no other', () => {
  const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const metrics = [...page.matchAll(/^# HELP (finance_\w+) (.+)\n# TYPE \w+ (\w+)$/gm)];
  const rows = metrics.map(([, name, help, type]) => `| \`${name}\` | ${type} | ${help} |`);
  const told = textOf('docs/operations.md')
    .split('\n')
    .filter((line) => line.startsWith('| `finance_'));
  expect(told.map(words).sort()).toEqual(rows.map(words).sort());
});

it('names follow the conventions, and no label holds an id', () => {
  for (const [, name = '', type = ''] of page.matchAll(/^# TYPE (finance_\w+) (\w+)$/gm)) {
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
  const labelled = [...page.matchAll(/^finance_\w+\{(.*)\} /gm)].flatMap(([, labels = '']) => labels.split('",'));
  const values = labelled.map((each) => each.split('="')).filter(([label]) => label !== 'le');
  for (const [label, value = ''] of values) expect(value, label).not.toMatch(/^"?\d+"?$/);
  expect(page.split('\n').length).toBeLessThan(2_000);
});
