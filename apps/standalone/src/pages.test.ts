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

  it('tells in the full view who stands behind a fund and why the viewer sees it', async () => {
    const users = new Map(company.users.map((user) => [user.userId, user]));
    for (const { userId } of company.users) {
      const page = await funds.listFunds({ viewerUserId: userId, pageSize: 1000, view: FundView.FULL });
      for (const { fundId, details } of page.funds) {
        const fund = company.funds.find((each) => each.fundId === fundId)!;
        const handler = users.get(fund.handlerUserId);
        expect(details?.handlerName).toBe(handler?.name ?? '');
        expect(details?.handlerDepartment).toBe(handler?.department ?? '');
        expect(details?.viewerBases.length).toBe(oracle.basesInView(userId, fund).length);
      }
    }
  });
});

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
