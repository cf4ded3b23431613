import { fundColumns, fundFromRow, userColumns, userFromRow } from '@finance/schema';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryCompany } from './arbitrary-company.ts';
import { insertDataSet } from './insert-data-set.ts';
import { withTestDatabases } from './test-databases.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;

describe.each(databases)('insertDataSet on $name', ({ name, database }) => {
  it('gives every user and fund back exactly as generated, whatever was there before', async () => {
    const byId = <T extends { userId?: bigint; fundId?: bigint }>(list: readonly T[]): T[] =>
      list.toSorted((a, b) => ((a.fundId ?? a.userId!) < (b.fundId ?? b.userId!) ? -1 : 1));
    await fc.assert(
      fc.asyncProperty(arbitraryCompany(), async (company) => {
        await insertDataSet(database, company);
        await database.snapshot(signal, async (session) => {
          const funds = await session.all(sql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f`);
          expect(byId(funds.map(fundFromRow))).toEqual(byId(company.funds));
          const users = await session.all(sql`SELECT ${userColumns} FROM users u`);
          expect(byId(users.map(userFromRow))).toEqual(byId(company.users));
        });
      }),
      { numRuns: 50 },
    );
  });

  it('takes less than 15 ms for a tiny company, so that a run can afford a thousand', async () => {
    const companies = fc.sample(arbitraryCompany(), 100);
    const start = performance.now();
    for (const company of companies) await insertDataSet(database, company);
    const msEach = (performance.now() - start) / companies.length;
    console.info(`insertDataSet on ${name}: ${msEach.toFixed(1)} ms each`);
    // Four times the aim, for machines that are busy with something else.
    expect(msEach).toBeLessThan(60);
  });
});
