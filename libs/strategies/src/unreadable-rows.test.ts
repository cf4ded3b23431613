import { fundSortColumns, sortedColumns, type FundSortColumn } from '@finance/domain';
import { resolveScope } from '@finance/store';
import { insertDataSet, runPlainSql, sampleCompany, withTestDatabases } from '@finance/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refreshFully } from './materialized-view/refresh.ts';
import { staleMaterializedView } from './materialized-view/strategy.ts';
import { sqlStrategiesOn } from './sql-strategies.ts';

/** User 1 is above everybody and sees all funds, also by their orders and customers. */
const company = sampleCompany(30, 60);
const everybody = 1n;
const fundId = 10n;
const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

type Damage = Readonly<Record<Exclude<FundSortColumn, 'fund_id'>, string>>;

/** In each column something that its type permits and the contract cannot tell. */
const damages: Readonly<Record<'sqlite' | 'mysql', Damage>> = {
  sqlite: {
    amount: 'amount_cents = 1000000000000000',
    created_at: `created_at = 'soon'`,
    updated_at: 'updated_at = 10.5',
    status: `status = 'odd'`,
    handler_user_id: `handle_by = 'abc'`,
  },
  mysql: {
    amount: 'amount = 10000000000000',
    created_at: `created_at = '0000-00-00'`,
    updated_at: `updated_at = '2024-02-31'`,
    status: `status = 'pending '`,
    handler_user_id: `handle_by = ${2n ** 64n - 1n}`,
  },
};

describe.each(databases)('a fund that cannot be read on $name', ({ name, database }) => {
  const strategies = [...sqlStrategiesOn(database).values(), { ...staleMaterializedView, name: 'the view itself' }];
  const alter = (amount: string, id: string) =>
    name === 'mysql' &&
    runPlainSql(
      database,
      `ALTER TABLE financial_funds MODIFY amount ${amount} NOT NULL, MODIFY handle_by ${id} NOT NULL`,
    );
  beforeAll(() => alter('DECIMAL(20,2)', 'BIGINT UNSIGNED'));
  beforeEach(() => insertDataSet(database, company));
  afterAll(async () => {
    await insertDataSet(database, company);
    await alter('DECIMAL(15,2)', 'BIGINT');
  });

  const damaged = fundSortColumns.filter((column) => column !== 'fund_id');
  it.each(damaged)('is named with its table, id and column by every strategy: %s', async (damagedBy) => {
    const column = sortedColumns[damagedBy];
    const anyDate = `/*+ SET_VAR(sql_mode = 'ALLOW_INVALID_DATES') */`;
    await runPlainSql(
      database,
      `UPDATE ${anyDate} financial_funds SET ${damages[name][damagedBy]} WHERE fund_id = ${fundId}`,
    );
    await refreshFully(database, signal, [everybody]);
    await database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, everybody);
      for (const sortedBy of fundSortColumns) {
        const order = { column: sortedBy, descending: true };
        const request = { scope, filter: {}, order, after: undefined, skip: 0, pageSize: 100, withTotal: true };
        for (const strategy of strategies) {
          await expect(strategy.listFunds(session, request), `${strategy.name} by ${sortedBy}`).rejects.toMatchObject({
            reason: 'RECORD_UNREADABLE',
            metadata: { table: 'financial_funds', id: String(fundId), column },
          });
        }
      }
    });
  });
});
