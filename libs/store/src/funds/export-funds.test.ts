import { positionOf, comparePositions, type Fund } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { createOracle } from '@finance/strategy-contract';
import { arbitraryCompany, arbitraryFundQuestion, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveScope } from '../org/resolve-scope.ts';
import { exportFunds, type FundExport } from './export-funds.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const batchesOf = async (session: SqlSession, query: FundExport): Promise<(readonly Fund[])[]> => {
  const batches: (readonly Fund[])[] = [];
  for await (const batch of exportFunds(session, query)) batches.push(batch);
  return batches;
};

describe.each(databases)('an export on $name', ({ name, database }) => {
  it('is what the oracle shows, in order and full batches, gathered as well as walked, for every viewer', async () => {
    const questions = arbitraryCompany().chain((company) =>
      fc.record({ company: fc.constant(company), question: arbitraryFundQuestion(company) }),
    );
    await fc.assert(
      fc.asyncProperty(questions, async ({ company, question: { filter, order, pageSize: batchSize } }) => {
        await insertDataSet(database, company);
        const oracle = createOracle(company);
        await database.snapshot(signal, async (session) => {
          for (const { userId } of company.users) {
            const scope = await resolveScope(session, userId);
            const visible = oracle.visibleFunds(userId, filter, order);
            for (const gatheredMax of [undefined, visible.length, Math.max(0, visible.length - 1)]) {
              const query = { scope, filter, order, batchSize, ...(gatheredMax !== undefined && { gatheredMax }) };
              const batches = await batchesOf(session, query);
              expect(batches.flat()).toEqual(visible);
              expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
              expect(batches.at(-1)).not.toEqual([]);
            }
          }
        });
      }),
      { numRuns: name === 'sqlite' ? 40 : 20 },
    );
  }, 60_000);

  it('reads a batch only when it is asked for', async () => {
    const funds = Array.from({ length: 100 }, (_, i): Fund => ({
      fundId: BigInt(i + 1),
      handlerUserId: 1n,
      orderId: null,
      customerId: null,
      amountCents: BigInt(i % 7),
      currencyCode: 'EUR',
      status: 'pending',
      createdAtMicros: i,
      updatedAtMicros: i,
    }));
    const users = [{ userId: 1n, name: '', role: 'admin' as const, department: '', parentUserId: null }];
    await insertDataSet(database, { users, orders: [], customers: [], funds });
    const order = { column: 'amount', descending: true } as const;
    const sorted = funds.toSorted((a, b) => comparePositions(positionOf(a, order), positionOf(b, order), order));
    await database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, 1n);
      let queries = 0;
      const counting: SqlSession = { ...session, all: (query) => ((queries += 1), session.all(query)) };
      const batches = exportFunds(counting, { scope, filter: {}, order, batchSize: 10 });
      expect((await batches.next()).value).toEqual(sorted.slice(0, 10));
      expect(queries).toBe(1);
      expect((await batches.next()).value).toEqual(sorted.slice(10, 20));
      // The rest of the same amount, and what is beyond it.
      expect(queries).toBeLessThanOrEqual(3);
      await batches.return(undefined);
    });
  });
});
