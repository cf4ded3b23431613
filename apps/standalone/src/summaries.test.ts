import { Code } from '@connectrpc/connect';
import { SummaryGroup } from '@finance/contract/funds-service';
import { FundStatus } from '@finance/contract/fund';
import { splitInstant, type Fund } from '@finance/domain';
import { createOracle } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService } from './test-service.ts';

/** One company with people of every role and size, the same in each run. */
const company = sample(arbitraryCompany({ usersMax: 30, ordersMax: 60, customersMax: 30, fundsMax: 100 }), {
  seed: 31,
  numRuns: 20,
}).toSorted((a, b) => b.funds.length * b.users.length - a.funds.length * a.users.length)[0]!;
const oracle = createOracle(company);
const byFundId = { column: 'fund_id', descending: false } as const;
const departmentOf = new Map(company.users.map((user) => [user.userId, user.department]));

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    return { name, database, ...(await startTestService(database)) };
  }),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));
const cases = services.flatMap(({ name, database, clients }) =>
  clients.map((client) => ({ name, database, ...client })),
);

const keyOf: ReadonlyMap<SummaryGroup, (fund: Fund) => string> = new Map([
  [SummaryGroup.STATUS, (fund: Fund) => `FUND_STATUS_${fund.status.toUpperCase()}`],
  [SummaryGroup.HANDLER_DEPARTMENT, (fund: Fund) => departmentOf.get(fund.handlerUserId) ?? ''],
  [
    SummaryGroup.MONTH,
    (fund: Fund) => new Date(splitInstant(fund.createdAtMicros).seconds * 1_000).toISOString().slice(0, 7),
  ],
]);

const sumOf = (funds: readonly Fund[]) => ({
  fundCount: BigInt(funds.length),
  amountCents: funds.reduce((sum, fund) => sum + fund.amountCents, 0n),
});

describe.each(cases)('SummarizeFunds on $name over $protocol', ({ funds }) => {
  it('adds up what the oracle shows every viewer, in groups by the bytes of their keys', async () => {
    for (const { userId } of company.users) {
      const visible = oracle.visibleFunds(userId, {}, byFundId);
      for (const [groupBy, key] of keyOf) {
        const answer = await funds.summarizeFunds({ viewerUserId: userId, groupBy });
        const keys = [...new Set(visible.map(key))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(answer.groups).toMatchObject(
          keys.map((each) => ({ key: each, ...sumOf(visible.filter((fund) => key(fund) === each)) })),
        );
        expect(answer.groups).toHaveLength(keys.length);
        expect(answer.totals).toMatchObject({ key: '', ...sumOf(visible) });
        expect(answer.consistencyToken).not.toBe('');
      }
    }
  });

  it('narrows by the filter and has no groups for none', async () => {
    const viewerUserId = company.users.find((user) => user.role === 'admin')!.userId;
    const pending = company.funds.filter((fund) => fund.status === 'pending');
    const filter = { statuses: [FundStatus.PENDING] };
    for (const groupBy of [SummaryGroup.UNSPECIFIED, SummaryGroup.NONE]) {
      const { groups, totals } = await funds.summarizeFunds({ viewerUserId, filter, groupBy });
      expect(groups).toEqual([]);
      expect(totals).toMatchObject(sumOf(pending));
    }
    const { totals } = await funds.summarizeFunds({ viewerUserId, filter: { handlerDepartment: 'nowhere' } });
    expect(totals).toMatchObject({ fundCount: 0n, amountCents: 0n });
  });
});

describe.each(services)('a sum beyond int64 on $name', ({ database, clients }) => {
  it('is refused and never wraps; a narrower one is told', async () => {
    const amountCents = 999_999_999_999_999n;
    const fund = { ...company.funds[0]!, handlerUserId: 1n, orderId: null, customerId: null, amountCents };
    await insertDataSet(database, {
      users: [{ userId: 1n, name: '', role: 'staff', department: '', parentUserId: null }],
      orders: [],
      customers: [],
      funds: Array.from({ length: 9_300 }, (_, i) => ({
        ...fund,
        fundId: BigInt(i + 1),
        status: i < 9_000 ? ('pending' as const) : ('settled' as const),
      })),
    });
    for (const { funds } of clients) {
      for (const groupBy of [SummaryGroup.NONE, SummaryGroup.STATUS, SummaryGroup.MONTH]) {
        await expect(funds.summarizeFunds({ viewerUserId: 1n, groupBy })).rejects.toMatchObject({
          code: Code.OutOfRange,
          rawMessage: expect.stringContaining('the amounts of 9300 funds add up to more than'),
        });
      }
      const filter = { statuses: [FundStatus.PENDING] };
      const { totals } = await funds.summarizeFunds({ viewerUserId: 1n, filter });
      expect(totals?.amountCents).toBe(9_000n * amountCents);
    }
    await insertDataSet(database, company);
  });
});
