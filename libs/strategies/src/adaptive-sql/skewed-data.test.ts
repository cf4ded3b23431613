import { buildOrgTree, peopleInScope, touchedUserId, bases, type Fund } from '@finance/domain';
import { createOracle } from '@finance/strategy-contract';
import { insertDataSet, planCompany, withTestDatabases } from '@finance/testkit';
import { expect, it } from 'vitest';
import { createAdaptiveSql } from './strategy.ts';
import type { Way } from './way.ts';

const databases = await withTestDatabases(import.meta.url);

/** Leads some hundreds of 5,000 people. */
const viewerUserId = 7n;
const { intervals } = buildOrgTree(planCompany.users);
const { left, right } = intervals.get(viewerUserId)!;
const orders = new Map(planCompany.orders.map((order) => [order.orderId, order]));
const customers = new Map(planCompany.customers.map((customer) => [customer.customerId, customer]));
const records = { order: (id: bigint) => orders.get(id), customer: (id: bigint) => customers.get(id) };

const isVisible = (fund: Fund): boolean =>
  bases.some((basis) => {
    const place = intervals.get(touchedUserId(basis, fund, records) ?? -1n)?.left ?? -1;
    return place >= left && place <= right;
  });
/** All the viewer may see is dearer than all they may not. */
const skewed = {
  ...planCompany,
  funds: planCompany.funds.map((fund) =>
    isVisible(fund) ? { ...fund, amountCents: fund.amountCents + 1_000_000_000n } : fund,
  ),
};
const order = { column: 'amount', descending: false } as const;

it.each(databases)('on $name a walk towards funds at the far end is given up', async ({ database }) => {
  await insertDataSet(database, skewed);
  const ways: Way[] = [];
  const strategy = createAdaptiveSql({ onWay: ({ way }) => ways.push(way) });
  const page = await database.snapshot(new AbortController().signal, (session) =>
    strategy.listFunds(session, {
      scope: {
        viewerUserId,
        role: 'supervisor',
        people: peopleInScope('supervisor', left, right),
        subordinateCount: right - left,
        orgVersion: 1n,
      },
      filter: {},
      order,
      after: undefined,
      skip: 0,
      pageSize: 20,
      withTotal: false,
    }),
  );
  expect(ways[0]).toMatch(/^walk-/);
  expect(ways.at(-1)).toBe('gather');
  expect(page.funds).toEqual(createOracle(skewed).visibleFunds(viewerUserId, {}, order).slice(0, 20));
});
