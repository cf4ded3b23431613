import { named, type SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { visibleFundIds } from './visible-fund-ids.ts';

const namedSql = named('strategies/closure-join');

/** One statement for the page and one for the total, each through the closure table. */
export const closureJoin: PaginationStrategy<SqlSession> = {
  name: 'closure-join',
  listFunds: async (session, request) => {
    const { scope, filter } = request;
    if (scope.people === null) return pageOfFunds(session, sql`financial_funds f`, request);
    const visible = visibleFundIds(scope, filter, session.dialect);
    const source = sql`(${visible}) v JOIN financial_funds f ON f.fund_id = v.fund_id`;
    // The ids pass the filter already, and counting them needs no fund.
    const page = await pageOfFunds(session, source, { ...request, filter: {}, withTotal: false });
    if (!request.withTotal) return page;
    const rows = await session.all(namedSql`SELECT COUNT(*) AS total FROM (${visible}) v`);
    return { ...page, totalSize: Number(rows[0]!['total']) };
  },
};
