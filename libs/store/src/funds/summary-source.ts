import type { FundFilter, Scope } from '@finance/domain';
import { passesFilter, visibleInScope, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { touchesRecordsOf } from './record-sets.ts';
import { touchingFundIds } from './touching-fund-ids.ts';

/** The rest of a SELECT over the visible funds that pass a filter, each once, as `f`. */
export interface SummarySource {
  readonly from: SQL;
  readonly where: SQL;
}

/** From this part of the people on, a scan of all funds is cheaper than gathering ids from three sides. */
const scanShare = 1 / 20;

/**
 * Chooses the cheapest source: a filter that leaves one record's funds is followed and each fund probed; the funds of
 * few people are gathered; those of many are found by a scan. Reads at most one row of its own.
 */
export async function summarySource(session: SqlSession, scope: Scope, filter: FundFilter): Promise<SummarySource> {
  const { dialect } = session;
  const matching = sql`${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
  const { people } = scope;
  const table = sql`financial_funds f`;
  if (people === null) return { from: table, where: matching };
  const { handlerUserId, orderId, customerId } = filter;
  if ((handlerUserId ?? orderId ?? customerId) !== undefined) {
    return { from: table, where: sql`${matching} AND ${visibleInScope(scope)}` };
  }
  const rows = await session.all(sql`SELECT MAX(u.tree_left) AS last_rank FROM users u`);
  const peopleCount = Number(rows[0]!['last_rank']) + 1;
  if (people.right - people.left + 1 >= peopleCount * scanShare) {
    return { from: table, where: sql`${matching} AND ${touchesRecordsOf(people)}` };
  }
  // The ids alone come from indexes, so the filter waits until each fund is read, once.
  return {
    from: sql`(${touchingFundIds(people, {}, dialect)}) v JOIN financial_funds f ON f.fund_id = v.fund_id`,
    where: matching,
  };
}
