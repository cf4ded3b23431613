import type { FundPosition } from '@finance/domain';
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
  // Upside down: what is not before the bound in the opposite order.
  const bound = until
    ? sql`AND (f.fund_id = ${until.fundId} OR ${isAfter(until, { ...order, descending: !order.descending }, dialect)})`
    : sql``;
  return session.all(sql`SELECT ${fundColumns(dialect)} FROM ${fundsInOrder(order.column, dialect)} ${joins}
    WHERE ${matching(query, dialect)} ${bound} AND ${condition}
    ORDER BY ${orderBy(order, dialect)} LIMIT ${rowsMax} OFFSET ${skip}`);
}
