import { expect, it } from 'vitest';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { readResult } from '../result-file.ts';
import { orLogic } from './or-logic.ts';
import { idsByOr } from './visible-ids.ts';

useBenchFolder();

const flags = { records: 300, users: 30 };

it('finds the same funds by temporary table, OR and oracle, each once', async () => {
  const { file, problems } = await orLogic(flags, {});
  expect(problems).toEqual([]);
  expect(readResult('or-logic')).toEqual(file);
  const { rows } = file.results;
  expect(rows.every(({ distinct, equal, viewer }) => equal && distinct === viewer.visibleFunds)).toBe(true);
  const supervisor = rows.find(({ viewer }) => viewer.role === 'supervisor')!;
  expect(Object.keys(supervisor.fundsByBasis)).toEqual(['handler', 'order_owner', 'customer_admin']);
  expect(supervisor.sum).toBe(supervisor.distinct + supervisor.duplicatesRemoved);
  expect(supervisor.duplicatesRemoved).toBeGreaterThan(0);
});

it('fails when the sets differ', async () => {
  const { file, problems } = await orLogic(flags, {}, async (session, scope) =>
    (await idsByOr(session, scope)).slice(1),
  );
  expect(problems).toHaveLength(file.results.rows.length);
  expect(file.results.rows.some(({ equal }) => equal)).toBe(false);
});
