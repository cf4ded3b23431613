import { resolveScope } from '@finance/store';
import { insertDataSet, planCompany, withTestDatabases } from '@finance/testkit';
import { expect, it } from 'vitest';
import { createFourStep } from './strategy.ts';

const databases = await withTestDatabases(import.meta.url);

it.each(databases)('on $name each step tells its time and rows', async ({ database }) => {
  await insertDataSet(database, planCompany);
  const steps: { name: string; ms: number; rows: number }[] = [];
  const strategy = createFourStep({ onStep: (name, ms, rows) => steps.push({ name, ms, rows }) });
  const page = await database.snapshot(new AbortController().signal, async (session) =>
    strategy.listFunds(session, {
      scope: await resolveScope(session, 7n),
      filter: {},
      order: { column: 'amount', descending: true },
      after: undefined,
      skip: 0,
      pageSize: 5,
      withTotal: true,
    }),
  );
  expect(steps.map(({ name }) => name)).toEqual(['people', 'orders', 'customers', 'funds']);
  for (const { ms, rows } of steps) {
    expect(ms).toBeGreaterThan(0);
    expect(rows).toBeGreaterThan(0);
  }
  expect(steps.at(-1)!.rows).toBe(page.totalSize);
});
