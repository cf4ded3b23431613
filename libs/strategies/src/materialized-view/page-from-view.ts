import { named, type SqlSession } from '@finance/schema';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { pageOfFunds } from '../shared/page-of-funds.ts';

const namedSql = named('strategies/materialized-view/page-from-view');

/** A page of what the view has for a viewer, and of the total. Indexes: the view's primary key, that of the funds. */
export async function pageFromView(session: SqlSession, request: FundPageRequest): Promise<FundPage> {
  const { filter, scope, withTotal } = request;
  const own = sql`v.viewer_user_id = ${scope.viewerUserId}`;
  const source = sql`materialized_funds v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id AND ${own}`;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (!withTotal || isFiltered) return pageOfFunds(session, source, request);
  const page = await pageOfFunds(session, source, { ...request, withTotal: false });
  const [row] = await session.all(namedSql`SELECT COUNT(*) AS total FROM materialized_funds v WHERE ${own}`);
  return { ...page, totalSize: Number(row!['total']) };
}
