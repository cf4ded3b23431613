import type { Scope } from '@finance/domain';
import { visibleInScope, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { chunksOf, idList } from '../id-list.ts';

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
    const rows = await session.all(sql`SELECT f.fund_id FROM financial_funds f
      WHERE f.fund_id IN ${idList(chunk)} AND ${visibleInScope(scope)}`);
    for (const row of rows) visible.add(row['fund_id'] as bigint);
  }
  return visible;
}
