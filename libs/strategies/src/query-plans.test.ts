import { fundSortColumns, positionOf, type FundFilter } from '@finance/domain';
import type { FundPageRequest, StrategyName } from '@finance/strategy-contract';
import {
  explainNamedQueries,
  loadPlanCompany,
  planCompany,
  planProblems,
  planScope,
  withTestDatabases,
  type NamedQuery,
} from '@finance/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlStrategies } from './sql-strategies.ts';

const databases = await withTestDatabases(import.meta.url);

const { users, funds } = planCompany;
/** A manager of some hundreds, one of six, and somebody without reports. */
const someViewers = [7n, 300n, 4_999n];
/** Everybody is below the first; the other is an admin. */
const [top, admin] = [1n, users.find((user) => user.role === 'admin')!.userId];
const fund = funds[7_000]!;
const dayMicros = 86_400_000_000;
/** Leave 1 % to 20 % of the funds, one for each field. */
const narrowFilters: readonly FundFilter[] = [
  { amountCentsMin: 5_000_000n, amountCentsMax: 5_050_000n },
  { createdFromMicros: fund.createdAtMicros, createdToMicros: fund.createdAtMicros + dayMicros },
  { statuses: ['pending'] },
  { handlerDepartment: 'sales' },
  { handlerUserId: 300n },
  { orderId: fund.orderId! },
  { customerId: fund.customerId! },
];
/** Leaves more than half of the funds. */
const wideFilter: FundFilter = { statuses: ['pending', 'approved', 'settled'] };

const query = (
  name: string,
  strategyName: StrategyName,
  viewer: bigint,
  request: Partial<FundPageRequest>,
): NamedQuery => ({
  name: `strategies/${name}`,
  run: (session) =>
    sqlStrategies.get(strategyName)!.listFunds(session, {
      scope: planScope(viewer),
      filter: {},
      order: { column: 'amount', descending: true },
      after: undefined,
      skip: 0,
      pageSize: 20,
      withTotal: true,
      ...request,
    }),
});

/** For an admin, closure-join and temporary-table have nothing to join, and ask the same. */
const allFundsQueries = (['closure-join', 'temporary-table'] as const).flatMap((strategyName) => [
  ...fundSortColumns.flatMap((column) =>
    [false, true].flatMap((descending) =>
      [undefined, positionOf(fund, { column, descending })].map((after) => {
        const order = { column, descending };
        return query(`all funds by ${column}`, strategyName, admin, { order, after, withTotal: false });
      }),
    ),
  ),
  query('all funds with total', strategyName, admin, {}),
  ...[...narrowFilters, wideFilter].map((filter) => query('all funds, filtered', strategyName, admin, { filter })),
]);

/** The others exist to be compared: what they read is what is measured. */
const servingStrategies: readonly StrategyName[] = ['adaptive-sql', 'temporary-table', 'closure-join', 'memory-sort'];

const queries: readonly NamedQuery[] = [
  ...allFundsQueries,
  query('memory-sort of all funds', 'memory-sort', admin, {}),
  ...servingStrategies.flatMap((name) => [
    ...someViewers.map((viewer) => query(name, name, viewer, {})),
    ...someViewers.flatMap((viewer) =>
      [...narrowFilters, wideFilter].map((filter) => query(`${name}, filtered`, name, viewer, { filter })),
    ),
    ...[{}, wideFilter].map((filter) => query(`${name} of the top`, name, top, { filter })),
  ]),
];

describe.each(databases)('the SQL strategies on $name', ({ name, database }) => {
  beforeAll(() => loadPlanCompany(database));

  it('use the indexes that list them, and read all of a table only for a reason', async () => {
    const plans = await explainNamedQueries(database, queries);
    expect(planProblems('strategies', name, plans)).toEqual([]);
  });
});
