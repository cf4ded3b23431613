import type { SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { peopleIds } from '../shared/people-ids.ts';
import { fillTable } from './fill-table.ts';
import { visibleFunds, withTable } from './table.ts';

/** The study's recommendation: the visible ids go into a temporary table, and sort and count happen there. */
export const temporaryTable: PaginationStrategy<SqlSession> = {
  name: 'temporary-table',
  listFunds: async (session, request) => {
    const { people } = request.scope;
    if (people === null) return pageOfFunds(session, sql`financial_funds f`, request);
    return withTable(session, async () => {
      await fillTable(session, await peopleIds(session, people));
      return pageOfFunds(
        session,
        sql`${visibleFunds} v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id`,
        request,
      );
    });
  },
};
