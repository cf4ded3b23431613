import { fundSortColumns, splitInstant, type Fund, type FundSummary, type FundSummaryGroup } from '@finance/domain';
import { createOracle, type DataSet } from '@finance/strategy-contract';
import {
  arbitraryCompany,
  arbitraryFundQuestion,
  insertDataSet,
  runPlainSql,
  sampleCompany,
  withTestDatabases,
} from '@finance/testkit';
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

/** What its column's type permits and the contract cannot tell. */
interface Unsound {
  readonly column: 'amount' | 'status';
  readonly damage: string;
  readonly alter?: { readonly to: string; readonly back: string };
}

const company = sampleCompany(5, 20);
const pendingCount = BigInt(company.funds.filter(({ fundId, status }) => fundId !== 7n && status === 'pending').length);
const alter = { to: 'amount DECIMAL(20,2) NOT NULL', back: 'amount DECIMAL(15,2) NOT NULL' };
const statuses: readonly Unsound[] = [
  { column: 'status', damage: `status = 'odd'` },
  { column: 'status', damage: `status = 'pending '` },
];
const unsound: Readonly<Record<'sqlite' | 'mysql', readonly Unsound[]>> = {
  sqlite: [
    ...statuses,
    { column: 'status', damage: `status = x'00'` },
    { column: 'amount', damage: 'amount_cents = 10.5' },
    { column: 'amount', damage: `amount_cents = 'abc'` },
    { column: 'amount', damage: 'amount_cents = 1000000000000000' },
    { column: 'amount', damage: 'amount_cents = -1000000000000000' },
  ],
  mysql: [
    ...statuses,
    { column: 'amount', damage: 'amount = 10000000000000', alter },
    { column: 'amount', damage: 'amount = -10000000000000', alter },
  ],
};

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

  it.each(unsound[name])('is refused where a fund has $damage, by whatever needs that value', async (row) => {
    if (row.alter) await runPlainSql(database, `ALTER TABLE financial_funds MODIFY ${row.alter.to}`);
    await insertDataSet(database, company);
    await runPlainSql(database, `UPDATE financial_funds SET ${row.damage} WHERE fund_id = 7`);
    await database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, 1n);
      for (const groupBy of groups) {
        const summary = summarizeFunds(session, { scope, filter: {}, groupBy });
        if (row.column === 'amount' || row.column === groupBy) {
          const metadata = { table: 'financial_funds', id: '7', column: row.column };
          await expect(summary, groupBy).rejects.toMatchObject({ reason: 'RECORD_UNREADABLE', metadata });
        } else expect((await summary).totals.fundCount, groupBy).toBe(20n);
      }
    });
    if (row.damage === `status = 'pending '`) {
      await database.snapshot(signal, async (session) => {
        const query = {
          scope: await resolveScope(session, 1n),
          filter: { statuses: ['pending'] },
          groupBy: 'none',
        } as const;
        const summary = summarizeFunds(session, query);
        // Only MySQL takes it for the word.
        if (name === 'mysql') await expect(summary).rejects.toMatchObject({ metadata: { id: '7', column: 'status' } });
        else expect((await summary).totals.fundCount).toBe(pendingCount);
      });
    }
    if (!row.alter) return;
    await insertDataSet(database, company);
    await runPlainSql(database, `ALTER TABLE financial_funds MODIFY ${row.alter.back}`);
  });
});
