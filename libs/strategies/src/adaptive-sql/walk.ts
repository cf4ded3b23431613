import type { FundOrder, FundPosition } from '@finance/domain';
import { fundColumns, isAfter, orderBy, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { matching, type PageQuery } from './page-query.ts';
import { fundsInOrder } from './sort-index.ts';
import { visibilityTest } from './visible-sets.ts';
import type { WalkWay } from './way.ts';

/** Query `walk`: down the sort's index until the page is full, no further than `until`, which is included. */
export function walk(
  session: SqlSession,
  way: WalkWay,
  query: PageQuery,
  until: FundPosition | undefined,
): Promise<Row[]> {
  const { dialect } = session;
  const { order, people, rowsMax, skip } = query;
  const { joins, condition } = visibilityTest(way, people);
  const bound = until ? sql`AND ${isAfter(justBeyond(until, order), reversed(order), dialect)}` : sql``;
  return session.all(sql`SELECT ${fundColumns(dialect)} FROM ${fundsInOrder(order.column, dialect)} ${joins}
    WHERE ${matching(query, dialect)} ${bound} AND ${condition}
    ORDER BY ${orderBy(order, dialect)} LIMIT ${rowsMax} OFFSET ${skip}`);
}

const reversed = (order: FundOrder): FundOrder => ({ ...order, descending: !order.descending });

/** The next place anybody could have, so that the bound itself is before it. */
const justBeyond = ({ value, fundId }: FundPosition, { descending }: FundOrder): FundPosition => ({
  value,
  fundId: descending ? fundId - 1n : fundId + 1n,
});
