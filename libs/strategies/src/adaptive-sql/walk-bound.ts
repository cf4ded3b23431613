import { isRecordUnreadable, type FundOrder, type FundPosition } from '@finance/domain';
import { named, orderBy, passesFilter, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { positionColumns, positionFromRow } from '../shared/position-from-row.ts';
import { isAfterInIndex } from './index-range.ts';
import type { PageQuery } from './page-query.ts';
import { filterOfSort, fundsInOrder } from './sort-index.ts';
import type { HandlerSurvey, Survey } from './survey.ts';

const namedSql = named('strategies/adaptive-sql/walk-bound');

/**
 * The place about so many rows further down the sort's index, visible or not; undefined when the index ends before.
 * Query `walk-bound` reads it from the index alone. In the order by handler walks are long, and so would that be: there
 * it is told by the ids of handlers.
 */
export async function placeAfterRows(
  session: SqlSession,
  { after, filter, order }: PageQuery,
  { fundCount, handlers }: Survey,
  rowCount: number,
): Promise<FundPosition | undefined> {
  if (handlers) return handlerAfterRows(handlers, after, order, rowCount / fundCount);
  const { dialect } = session;
  const place = after ? sql`AND ${isAfterInIndex(after, order, dialect)}` : sql``;
  const [row] = await session.all(namedSql`SELECT ${positionColumns(order.column, dialect)}
    FROM ${fundsInOrder(order.column, dialect)}
    WHERE ${passesFilter(filterOfSort(filter, order.column), dialect)} ${place}
    ORDER BY ${orderBy(order, dialect)} LIMIT 1 OFFSET ${rowCount - 1}`);
  try {
    return row && positionFromRow(order.column)(row);
  } catch (error) {
    // No bound is right, too, and the walk need not meet a row that cannot be read.
    if (isRecordUnreadable(error)) return undefined;
    throw error;
  }
}

/** The place before the first fund of a handler, which no fund has: their ids are positive. */
function handlerAfterRows(
  { firstId, lastId }: HandlerSurvey,
  after: FundPosition | undefined,
  { descending }: FundOrder,
  share: number,
): FundPosition | undefined {
  const step = BigInt(Math.ceil(Number(lastId - firstId) * share)) + 1n;
  const start = BigInt(after?.value ?? (descending ? lastId : firstId));
  const value = descending ? start - step : start + step;
  return value < firstId || value > lastId ? undefined : { value, fundId: 0n };
}
