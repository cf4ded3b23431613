import type { SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { pageFromRows } from '../shared/page-from-rows.ts';
import { findRows, type FindOptions } from './find-rows.ts';
import type { PageQuery } from './page-query.ts';
import { surveyOf } from './survey.ts';
import { countVisible, totalWays, type TotalWay } from './total.ts';
import { unitCosts } from './unit-costs.ts';
import { ways } from './way.ts';

/** For tests and measurements: forces ways, cuts walks short, tells what was chosen. */
export interface AdaptiveSqlOptions extends Omit<FindOptions, 'unit'> {
  readonly total?: TotalWay | undefined;
}

/**
 * Pages through tree intervals, without lists of ids, all in the request's one snapshot. Each query is surveyed by
 * cheap counts and answered by the way that costs least (docs/adr/0008); every way gives the same page.
 */
export function createAdaptiveSql(options: AdaptiveSqlOptions = {}): PaginationStrategy<SqlSession> {
  return {
    name: 'adaptive-sql',
    listFunds: async (session, request) => {
      const { after, filter, order, pageSize, scope, skip } = request;
      const query: PageQuery = { people: scope.people, filter, order, after, skip, rowsMax: pageSize + 1 };
      const unit = unitCosts[session.dialect.name];
      const survey = await surveyOf(session, query);
      const rows = await findRows(session, query, survey, { ...options, unit });
      const total = request.withTotal ? await countVisible(session, query, survey, unit, options.total) : undefined;
      return pageFromRows(rows, request, total);
    },
  };
}

/** By one way to the page or one to the total each, `adaptive-sql:<way>`: to be measured, not to serve. */
export const adaptiveSqlWays: ReadonlyMap<string, PaginationStrategy<SqlSession>> = new Map([
  ...ways.map((only) => [`adaptive-sql:${only}`, createAdaptiveSql({ only })] as const),
  ...totalWays.map((total) => [`adaptive-sql:${total}`, createAdaptiveSql({ total })] as const),
]);

/** {@link createAdaptiveSql} as servers use it. */
export const adaptiveSql = createAdaptiveSql();
