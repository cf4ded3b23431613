import { protoBasis } from '@finance/api';
import { FundView } from '@finance/contract/fund';
import { PaginationStrategy } from '@finance/contract/funds-service';
import { TotalMode } from '@finance/contract/total-mode';
import { fundSortColumns } from '@finance/domain';
import { createOracle } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService } from './test-service.ts';

/** One company with people of every role and size, the same in each run. */
const company = sample(arbitraryCompany({ usersMax: 40, ordersMax: 60, customersMax: 40, fundsMax: 150 }), {
  seed: 26,
  numRuns: 20,
}).toSorted((a, b) => b.funds.length * b.users.length - a.funds.length * a.users.length)[0]!;
const oracle = createOracle(company);
const strategies = [
  PaginationStrategy.CLOSURE_JOIN,
  PaginationStrategy.TEMPORARY_TABLE,
  PaginationStrategy.MEMORY_SORT,
  PaginationStrategy.ADAPTIVE_SQL,
  PaginationStrategy.RECURSIVE_CTE,
  PaginationStrategy.FOUR_STEP,
  PaginationStrategy.PARALLEL,
];

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    return { name, ...(await startTestService(database)) };
  }),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));

const cases = services.flatMap(({ name, clients }) => clients.map((client) => ({ name, ...client })));

describe.each(cases)('ListFunds on $name over $protocol', ({ funds }) => {
  it('walks every viewer to the end by token, with the oracle’s funds and total on every page', async () => {
    for (const [i, { userId }] of company.users.entries()) {
      const column = fundSortColumns[i % fundSortColumns.length]!;
      const order = { column, descending: i % 2 === 1 };
      const visible = oracle.visibleFunds(userId, {}, order).map((fund) => fund.fundId);
      const walked: bigint[] = [];
      let pageToken = '';
      do {
        const page = await funds.listFunds({
          viewerUserId: userId,
          pageSize: 17,
          pageToken,
          orderBy: order.descending ? `${column} desc` : column,
          strategy: strategies[i % strategies.length]!,
        });
        expect(page.totalSize).toBe(BigInt(visible.length));
        expect(page.strategyUsed).toBe(strategies[i % strategies.length]);
        walked.push(...page.funds.map((fund) => fund.fundId));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(walked).toEqual(visible);
    }
  });

  it('answers page numbers by skip, without a total when none is wanted', async () => {
    const viewer = company.users.find((user) => user.role === 'admin')!.userId;
    const visible = oracle.visibleFunds(viewer, {}, { column: 'amount', descending: true });
    const page = await funds.listFunds({
      viewerUserId: viewer,
      pageSize: 10,
      skip: 20,
      orderBy: 'amount desc',
      totalMode: TotalMode.NONE,
    });
    expect(page.funds.map((fund) => fund.fundId)).toEqual(visible.slice(20, 30).map((fund) => fund.fundId));
    expect(page.funds.map((fund) => fund.amountCents)).toEqual(visible.slice(20, 30).map((fund) => fund.amountCents));
    expect(page.totalSize).toBeUndefined();
  });

  it('tells in the full view why the viewer sees a fund, and who stands behind it where they are in scope', async () => {
    for (const viewer of company.users) {
      const page = await funds.listFunds({ viewerUserId: viewer.userId, pageSize: 1000, view: FundView.FULL });
      for (const { fundId, details } of page.funds)
        expect(details).toMatchObject(detailsOf(viewer.userId, fundId, 'scope'));
    }
  });
});

describe.each(databases)('FULL_VIEW_NAMES=all on $name', ({ database }) => {
  it('tells the names of everybody whom a visible fund touches, over both protocols', async () => {
    const { clients, servers } = await startTestService(database, { fullViewNames: 'all' });
    for (const { funds } of clients) {
      for (const { userId } of company.users.slice(0, 10)) {
        const page = await funds.listFunds({ viewerUserId: userId, pageSize: 1000, view: FundView.FULL });
        for (const { fundId, details } of page.funds) expect(details).toMatchObject(detailsOf(userId, fundId, 'all'));
        const [first] = page.funds;
        if (!first) continue;
        const request = { viewerUserId: userId, view: FundView.FULL };
        const one = await funds.getFund({ ...request, fundId: first.fundId });
        const { funds: batch } = await funds.batchGetFunds({ ...request, fundIds: [first.fundId] });
        for (const fund of [one.fund, ...batch]) expect(fund?.details).toEqual(first.details);
      }
    }
    await servers.close();
  });
});

/** Names and department by the tables; of people out of scope nothing but what FULL_VIEW_NAMES lets out. */
function detailsOf(viewerUserId: bigint, fundId: bigint, names: 'scope' | 'all') {
  const fund = company.funds.find((each) => each.fundId === fundId)!;
  const order = company.orders.find((each) => each.orderId === fund.orderId);
  const customer = company.customers.find((each) => each.customerId === fund.customerId);
  const viewerBases = oracle.basesInView(viewerUserId, fund);
  const person = (userId: bigint | undefined, basis: (typeof viewerBases)[number]) =>
    names === 'all' || viewerBases.includes(basis) ? company.users.find((user) => user.userId === userId) : undefined;
  const handler = person(fund.handlerUserId, 'handler');
  return {
    handlerName: handler?.name ?? '',
    handlerDepartment: handler?.department ?? '',
    orderOwnerUserId: order?.ownerUserId ?? 0n,
    orderOwnerName: person(order?.ownerUserId, 'order_owner')?.name ?? '',
    customerName: customer?.name ?? '',
    customerAdminUserId: customer?.adminUserId ?? 0n,
    customerAdminName: person(customer?.adminUserId, 'customer_admin')?.name ?? '',
    viewerBases: viewerBases.map(protoBasis),
  };
}

describe.each(cases)('single funds on $name over $protocol', ({ funds, permission }) => {
  it('GetFund, BatchGetFunds, CheckAccess and BatchCheckAccess agree with the oracle for every viewer and fund', async () => {
    const ids = company.funds.map((fund) => fund.fundId);
    for (const { userId } of company.users) {
      const sees = company.funds.map((fund) => oracle.sees(userId, fund));
      const { allowed } = await permission.batchCheckAccess({ viewerUserId: userId, fundIds: [...ids, 424_242n] });
      expect(allowed).toEqual([...sees, false]);
      const visible = ids.filter((_, i) => sees[i]);
      if (visible.length > 0) {
        const batch = await funds.batchGetFunds({ viewerUserId: userId, fundIds: visible });
        expect(batch.funds.map((fund) => fund.fundId)).toEqual(visible);
        const one = await funds.getFund({ viewerUserId: userId, fundId: visible[0]! });
        expect(one.fund?.fundId).toBe(visible[0]);
      }
      const hidden = ids.find((_, i) => !sees[i]);
      if (hidden !== undefined) {
        expect((await permission.checkAccess({ viewerUserId: userId, fundId: hidden })).allowed).toBe(false);
      }
    }
  });

  it('tells an invisible fund and a missing one alike', async () => {
    const nobody = company.users.find(
      (user) => user.role === 'staff' && company.funds.some((fund) => !oracle.sees(user.userId, fund)),
    )!;
    const hidden = company.funds.find((fund) => !oracle.sees(nobody.userId, fund))!.fundId;
    const errorOf = async (fundId: bigint) => {
      const error = await funds.getFund({ viewerUserId: nobody.userId, fundId }).catch((e: unknown) => String(e));
      return String(error).replaceAll(String(fundId), 'ID');
    };
    expect(await errorOf(hidden)).toBe(await errorOf(424_242n));
    await expect(funds.batchGetFunds({ viewerUserId: nobody.userId, fundIds: [hidden] })).rejects.toThrow(
      'permission_denied',
    );
  });
});
