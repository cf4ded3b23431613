import type { FundFilter, FundOrder, Scope } from '@finance/domain';
import { named, orderBy, passesFilter, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { touchingFundIds } from './touching-fund-ids.ts';

const namedSql = named('store/gather-fund-ids');

/**
 * The ids of all visible funds that pass the filter, in order, when there are at most `idsMax`; undefined for more,
 * which is found out without reading them all. Indexes: users_tree_left, then the basis's column, or the filter's.
 */
export async function gatherFundIds(
  session: SqlSession,
  { people }: Scope,
  filter: FundFilter,
  order: FundOrder,
  idsMax: number,
): Promise<bigint[] | undefined> {
  const { dialect } = session;
  const limit = idsMax + 1;
  const all = sql`SELECT f.fund_id FROM financial_funds f
    WHERE ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)} LIMIT ${limit}`;
  const ids = people === null ? all : touchingFundIds(people, filter, dialect, limit);
  const rows =
    await session.all(namedSql`SELECT f.fund_id FROM (${ids}) v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id
    ORDER BY ${orderBy(order, dialect)} LIMIT ${limit}`);
  return rows.length > idsMax ? undefined : rows.map((row) => row['fund_id'] as bigint);
}
