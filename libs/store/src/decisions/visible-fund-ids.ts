import type { Scope } from '@finance/domain';
import { named, visibleInScope, type SqlSession } from '@finance/schema';
import { chunksOf, idList } from '../id-list.ts';

const namedSql = named('store/visible-fund-ids');

/**
 * Those of the given funds that exist and are visible in a scope. A fixed number of queries per 500 ids.
 * Indexes: primary keys of financial_funds, orders, customers and users.
 */
export async function visibleFundIds(
  session: SqlSession,
  scope: Scope,
  fundIds: readonly bigint[],
): Promise<Set<bigint>> {
  const visible = new Set<bigint>();
  for (const chunk of chunksOf(fundIds)) {
    const rows = await session.all(namedSql`SELECT f.fund_id FROM financial_funds f
      WHERE f.fund_id IN ${idList(chunk)} AND ${visibleInScope(scope)}`);
    for (const row of rows) visible.add(row['fund_id'] as bigint);
  }
  return visible;
}
