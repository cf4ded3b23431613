import { fundSortColumns, splitInstant, type Fund, type FundSummary, type FundSummaryGroup } from '@finance/domain';
import { createOracle, type DataSet } from '@finance/strategy-contract';
import { arbitraryCompany, arbitraryFundQuestion, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveScope } from '../org/resolve-scope.ts';
import { summarizeFunds } from './summarize-funds.ts';
import { summaryWays } from './summary-source.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const order = { column: fundSortColumns[0], descending: false };
const groups: readonly FundSummaryGroup[] = ['none', 'status', 'handler_department', 'month'];

/** The summary by adding up one fund after the other. */
function recomputed(company: DataSet, funds: readonly Fund[], groupBy: FundSummaryGroup): FundSummary {
  const keyOf = (fund: Fund): string => {
    switch (groupBy) {
      case 'none':
        return '';
      case 'status':
        return fund.status;
      case 'handler_department':
        return company.users.find((user) => user.userId === fund.handlerUserId)?.department ?? '';
      case 'month':
        return new Date(splitInstant(fund.createdAtMicros).seconds * 1_000).toISOString().slice(0, 7);
    }
  };
  const add = (all: readonly Fund[]) => ({
    fundCount: BigInt(all.length),
    amountCents: all.reduce((sum, fund) => sum + fund.amountCents, 0n),
  });
  const keys = [...new Set(funds.map(keyOf))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    groups: groupBy === 'none' ? [] : keys.map((key) => ({ key, ...add(funds.filter((fund) => keyOf(fund) === key)) })),
    totals: add(funds),
  };
}

describe.each(databases)('a summary on $name', ({ name, database }) => {
  it('is the sum of what the oracle shows, for every viewer, group and way', async () => {
    const questions = arbitraryCompany().chain((company) =>
      fc.record({ company: fc.constant(company), question: arbitraryFundQuestion(company) }),
    );
    await fc.assert(
      fc.asyncProperty(questions, async ({ company, question: { filter } }) => {
        await insertDataSet(database, company);
        const oracle = createOracle(company);
        await database.snapshot(signal, async (session) => {
          for (const { userId } of company.users) {
            const scope = await resolveScope(session, userId);
            const visible = oracle.visibleFunds(userId, filter, order);
            for (const groupBy of groups) {
              const expected = recomputed(company, visible, groupBy);
              expect(await summarizeFunds(session, { scope, filter, groupBy })).toEqual(expected);
            }
            for (const way of summaryWays) {
              const expected = recomputed(company, visible, 'handler_department');
              const query = { scope, filter, groupBy: 'handler_department', way } as const;
              expect(await summarizeFunds(session, query), way).toEqual(expected);
            }
          }
        });
      }),
      { numRuns: name === 'sqlite' ? 40 : 20 },
    );
  }, 60_000);

  it('adds up more than 64 bits hold, and counts months before 1970', async () => {
    const userId = 1n;
    const fundCount = 10_000;
    await insertDataSet(database, {
      users: [{ userId, name: '', role: 'staff', department: 'x', parentUserId: null }],
      orders: [],
      customers: [],
      funds: Array.from({ length: fundCount }, (_, i): Fund => ({
        fundId: BigInt(i + 1),
        handlerUserId: userId,
        orderId: null,
        customerId: null,
        amountCents: -999_999_999_999_999n,
        currencyCode: 'EUR',
        status: 'settled',
        createdAtMicros: -1,
        updatedAtMicros: 0,
      })),
    });
    const summary = await database.snapshot(signal, async (session) =>
      summarizeFunds(session, { scope: await resolveScope(session, userId), filter: {}, groupBy: 'month' }),
    );
    const sum = { fundCount: BigInt(fundCount), amountCents: BigInt(fundCount) * -999_999_999_999_999n };
    expect(summary).toEqual({ groups: [{ key: '1969-12', ...sum }], totals: sum });
  });
});
