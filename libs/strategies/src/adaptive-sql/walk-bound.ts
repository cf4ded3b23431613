import type { FundPosition } from '@finance/domain';
import { named, orderBy, passesFilter, sortColumn, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { positionFromRow } from '../shared/position-from-row.ts';
import { isAfterInIndex } from './index-range.ts';
import type { PageQuery } from './page-query.ts';
import { filterOfSort, fundsInOrder } from './sort-index.ts';

const namedSql = named('strategies/adaptive-sql/walk-bound');

/**
 * Query `walk-bound`: the place so many rows further down the sort's index, visible or not, read from the index
 * alone; undefined when the index ends before.
 */
export async function placeAfterRows(
  session: SqlSession,
  { after, filter, order }: PageQuery,
  rowCount: number,
): Promise<FundPosition | undefined> {
  const { dialect } = session;
  const place = after ? sql`AND ${isAfterInIndex(after, order, dialect)}` : sql``;
  const [row] = await session.all(namedSql`SELECT f.fund_id, ${sortColumn(order.column, dialect)} AS value
    FROM ${fundsInOrder(order.column, dialect)}
    WHERE ${passesFilter(filterOfSort(filter, order.column), dialect)} ${place}
    ORDER BY ${orderBy(order, dialect)} LIMIT 1 OFFSET ${rowCount - 1}`);
  return row && positionFromRow(order.column)(row);
}
