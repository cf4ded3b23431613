import { fundSortColumns, positionOf, type FundFilter } from '@finance/domain';
import type { Database } from '@finance/schema';
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
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { refreshFully } from './materialized-view/refresh.ts';
import { refreshViewers } from './materialized-view/refresh-viewers.ts';
import { staleMaterializedView } from './materialized-view/strategy.ts';
import { sqlStrategiesOn } from './sql-strategies.ts';

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

/** Of the view, what reads it: on its own transaction it would never be current. */
type Strategies = ReturnType<typeof sqlStrategiesOn>;
const explainedStrategies = (database: Database): Strategies =>
  new Map([...sqlStrategiesOn(database), [staleMaterializedView.name, staleMaterializedView]]);

const query = (
  strategies: Strategies,
  name: string,
  strategyName: StrategyName,
  viewer: bigint,
  request: Partial<FundPageRequest>,
): NamedQuery => ({
  name: `strategies/${name}`,
  run: (session) =>
    strategies.get(strategyName)!.listFunds(session, {
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

/** For an admin, no strategy but memory-sort has anything to join, and all ask what closure-join asks. */
const allFundsQueries = (strategies: Strategies) => [
  ...fundSortColumns.flatMap((column) =>
    [false, true].flatMap((descending) =>
      [undefined, positionOf(fund, { column, descending })].map((after) => {
        const order = { column, descending };
        return query(strategies, `all funds by ${column}`, 'closure-join', admin, { order, after, withTotal: false });
      }),
    ),
  ),
  query(strategies, 'all funds with total', 'closure-join', admin, {}),
  ...[...narrowFilters, wideFilter].map((filter) =>
    query(strategies, 'all funds, filtered', 'closure-join', admin, { filter }),
  ),
];

/** Filters are the same SQL for all, and these exist to be compared, not to serve. */
const unfiltered: readonly StrategyName[] = ['recursive-cte', 'four-step', 'in-list', 'parallel'];

const limitedQueries = (strategies: Strategies) =>
  [...strategies.keys()].flatMap((name) => {
    const isFiltered = !unfiltered.includes(name);
    return [
      ...someViewers.map((viewer) => query(strategies, name, name, viewer, {})),
      ...(isFiltered ? someViewers : []).flatMap((viewer) =>
        [...narrowFilters, wideFilter].map((filter) =>
          query(strategies, `${name}, filtered`, name, viewer, { filter }),
        ),
      ),
      ...(isFiltered ? [{}, wideFilter] : [{}]).map((filter) =>
        query(strategies, `${name} of the top`, name, top, { filter }),
      ),
    ];
  });

const viewQueries: readonly NamedQuery[] = [
  {
    name: 'strategies/materialized-view refresh',
    run: (session) => refreshViewers(session, [...someViewers, top, admin], '', Number.MAX_SAFE_INTEGER),
  },
];

describe.each(databases)('the SQL strategies on $name', ({ name, database }) => {
  beforeAll(async () => {
    await loadPlanCompany(database);
    const { signal } = new AbortController();
    await refreshFully(database, signal, [...someViewers, top, admin]);
    if (name === 'mysql') {
      await database.snapshot(signal, (session) => session.all(sql`ANALYZE TABLE materialized_funds`));
    }
  });

  it('use the indexes that list them, and read all of a table only for a reason', async () => {
    const strategies = explainedStrategies(database);
    const plans = await explainNamedQueries(database, [
      ...allFundsQueries(strategies),
      query(strategies, 'memory-sort of all funds', 'memory-sort', admin, {}),
      ...limitedQueries(strategies),
      ...viewQueries,
    ]);
    expect(planProblems('strategies', name, plans)).toEqual([]);
  });
});
