import type { FundFilter, Scope } from '@finance/domain';
import { named, passesFilter, peopleCountOf, visibleInScope, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { touchesRecordsOf } from './record-sets.ts';
import { touchingFundIds } from './touching-fund-ids.ts';

const namedSql = named('store/summary-source');

/** The rest of a SELECT over the visible funds that pass a filter, each once, as `f`. */
export interface SummarySource {
  readonly from: SQL;
  readonly where: SQL;
}

/**
 * Ways to the funds of a limited scope. probe: a filter's index, each fund tested by keys; gather: the union of ids
 * from each basis; scan: all funds, each looked up in sets.
 */
export const summaryWays = ['probe', 'gather', 'scan'] as const;

export type SummaryWay = (typeof summaryWays)[number];

/**
 * From this part of the people on, a scan of all funds is cheaper on MySQL than gathering ids from three sides. Of a
 * million funds: 15 % of 10,000 people 1.3 s against 1.5 s, 4 % 0.7 s against 0.3 s.
 */
const scanShare = 1 / 10;

/** The source by a way, else by the cheapest one. All give the same funds. */
export async function summarySource(
  session: SqlSession,
  scope: Scope,
  filter: FundFilter,
  way?: SummaryWay,
): Promise<SummarySource> {
  const { dialect } = session;
  const matching = sql`${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
  const table = sql`financial_funds f`;
  const { people } = scope;
  if (people === null) return { from: table, where: matching };
  switch (way ?? (await cheapestWay(session, people, filter))) {
    case 'probe':
      return { from: table, where: sql`${matching} AND ${visibleInScope(scope)}` };
    case 'gather':
      // The ids alone come from indexes, so the filter waits until each fund is read, once.
      return {
        from: sql`(${touchingFundIds(people, {}, dialect)}) v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id`,
        where: matching,
      };
    case 'scan':
      return { from: table, where: sql`${matching} AND ${touchesRecordsOf(people)}` };
  }
}

/** By the filter, and by the part of the company that the people are. Index: users_tree_left. */
async function cheapestWay(
  session: SqlSession,
  people: NonNullable<Scope['people']>,
  { handlerUserId, orderId, customerId }: FundFilter,
): Promise<SummaryWay> {
  if ((handlerUserId ?? orderId ?? customerId) !== undefined) return 'probe';
  // SQLite turns the scan of few people into searches by the three sets: always the cheapest there.
  if (session.dialect.name === 'sqlite') return 'scan';
  const [row] = await session.all(namedSql`SELECT MAX(u.tree_left) AS last_rank FROM users u`);
  const peopleCount = Number(row!['last_rank']) + 1;
  return peopleCountOf(people) >= peopleCount * scanShare ? 'scan' : 'gather';
}
