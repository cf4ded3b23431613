import { FundStatus, FundView } from '@finance/contract/fund';
import { PaginationStrategy, SummaryGroup } from '@finance/contract/funds-service';
import { fundSortColumns } from '@finance/domain';
import { startLiveIndexHost } from '@finance/index-host';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients } from './test-service.ts';

/** One company with people of every role and size, the same in each run. */
const company = sample(arbitraryCompany({ usersMax: 30, ordersMax: 60, customersMax: 40, fundsMax: 120 }), {
  seed: 11,
  numRuns: 20,
}).toSorted((a, b) => b.funds.length * b.users.length - a.funds.length * a.users.length)[0]!;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const loadTimeoutMs = 60_000;

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database, target }) => {
    await insertDataSet(database, company);
    // Waiting is no failure here: this machine may be busy.
    const index = startLiveIndexHost(target, { log, audit: false, waitMs: 30_000 });
    await new Promise<void>((resolve) => index.onState((state) => state.name === 'ready' && resolve()));
    const [byIndex, bySql] = [await startTestService(database, { index }), await startTestService(database)];
    return { name, index, byIndex, bySql };
  }),
);
afterAll(async () => {
  for (const { index, byIndex, bySql } of services) {
    await Promise.all([byIndex.servers.close(), bySql.servers.close()]);
    await index.close();
  }
}, loadTimeoutMs);

const cases = services.map(({ name, index, byIndex, bySql }) => ({
  name,
  index,
  httpUrl: byIndex.servers.httpUrl,
  byIndex: byIndex.clients[0]!,
  bySql: bySql.clients[0]!,
}));

/** An answer without what differs from call to call. */
const plain = (answer: object): unknown => ({ ...answer, consistencyToken: '', nextPageToken: '', strategyUsed: 0 });

/** What a call answers, or how it is refused. */
const outcome = (call: Promise<object>): Promise<unknown> =>
  call.then(plain, (error: unknown) => String(error).replaceAll(/request_id\S*/g, ''));

async function expectAlike(
  { byIndex, bySql }: { byIndex: TestClients; bySql: TestClients },
  call: (clients: TestClients) => Promise<object>,
): Promise<void> {
  expect(await outcome(call(byIndex))).toEqual(await outcome(call(bySql)));
}

describe.each(cases)('by the live index on $name', ({ index, httpUrl, byIndex, bySql }) => {
  const both = { byIndex, bySql };

  it('the health page tells what the index is at', async () => {
    const health = (await (await fetch(`${httpUrl}/healthz/ready`)).json()) as { liveIndex: { name: string } };
    expect(health.liveIndex.name).toBe('ready');
  });

  const viewers = [...company.users.map((user) => user.userId), 424_242n];
  const someFunds = company.funds.map((fund) => fund.fundId).slice(0, 30);

  it('pages in the full view are those of SQL, and say who made them', async () => {
    for (const [i, viewerUserId] of viewers.entries()) {
      const column = fundSortColumns[i % fundSortColumns.length]!;
      const request = { viewerUserId, pageSize: 9, skip: i % 3, orderBy: `${column} desc`, view: FundView.FULL };
      await expectAlike(both, ({ funds }) => funds.listFunds(request));
      await expectAlike(both, ({ funds }) =>
        funds.listFunds({ ...request, filter: { statuses: [FundStatus.PENDING, FundStatus.SETTLED] } }),
      );
    }
    const { strategyUsed } = await byIndex.funds.listFunds({ viewerUserId: viewers[0]! });
    expect(strategyUsed).toBe(PaginationStrategy.LIVE_INDEX);
  });

  it('a walk begun by SQL goes on by the index', async () => {
    const viewerUserId = company.users.find((user) => user.role === 'admin')!.userId;
    const walked: bigint[] = [];
    let pageToken = '';
    do {
      const strategy = walked.length % 2 === 0 ? PaginationStrategy.LIVE_INDEX : PaginationStrategy.ADAPTIVE_SQL;
      const page = await byIndex.funds.listFunds({ viewerUserId, pageSize: 7, orderBy: 'amount', pageToken, strategy });
      expect(page.strategyUsed).toBe(strategy);
      walked.push(...page.funds.map((fund) => fund.fundId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(new Set(walked).size).toBe(company.funds.length);
    expect(walked.length).toBe(company.funds.length);
  });

  it('single funds, decisions, summaries, exports and viewers of a fund are those of SQL', async () => {
    for (const viewerUserId of viewers) {
      for (const fundId of [...someFunds.slice(0, 4), 424_242n]) {
        await expectAlike(both, ({ funds }) => funds.getFund({ viewerUserId, fundId, view: FundView.FULL }));
        await expectAlike(both, ({ permission }) => permission.checkAccess({ viewerUserId, fundId }));
      }
      const fundIds = [...someFunds, 424_242n, someFunds[0]!];
      await expectAlike(both, ({ permission }) => permission.batchCheckAccess({ viewerUserId, fundIds }));
      for (const groupBy of [
        SummaryGroup.NONE,
        SummaryGroup.STATUS,
        SummaryGroup.HANDLER_DEPARTMENT,
        SummaryGroup.MONTH,
      ]) {
        await expectAlike(both, ({ funds }) => funds.summarizeFunds({ viewerUserId, groupBy }));
      }
      await expectAlike(both, async ({ funds }) => {
        const exported = [];
        for await (const batch of funds.exportFunds({ viewerUserId, orderBy: 'created_at desc' })) {
          exported.push(...batch.funds);
        }
        return exported;
      });
    }
    for (const fundId of [...someFunds.slice(0, 8), 424_242n]) {
      await expectAlike(both, ({ permission }) => permission.listFundViewers({ fundId, pageSize: 1_000 }));
    }
  });

  it('what was written is seen by the next call, and by calls with its token', async () => {
    const admin = company.users.find((user) => user.role === 'admin')!.userId;
    const fund = company.funds[0]!;
    for (let cents = 1n; cents <= 20n; cents += 1n) {
      const written = await byIndex.funds.updateFund({
        fund: { fundId: fund.fundId, amountCents: cents },
        updateMask: { paths: ['amount_cents'] },
      });
      const consistency = { requirement: { case: 'atLeastAsFresh', value: written.consistencyToken } } as const;
      for (const freshness of [{}, { consistency }]) {
        const seen = await byIndex.funds.getFund({ viewerUserId: admin, fundId: fund.fundId, ...freshness });
        expect(seen.fund!.amountCents).toBe(cents);
      }
    }
    expect(index.stats().served).toBeGreaterThan(20);
  });

  it('SQL answers at once when the index is gone', async () => {
    await index.close();
    const page = await byIndex.funds.listFunds({ viewerUserId: company.users[0]!.userId });
    expect(page.strategyUsed).not.toBe(PaginationStrategy.LIVE_INDEX);
    await expectAlike(both, ({ funds }) => funds.listFunds({ viewerUserId: company.users[0]!.userId }));
  });
});
