import type { FundOrder, FundPosition, FundSortColumn } from '@finance/domain';
import { sortColumn, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * Whether fund `f` comes after a place, worded so that both columns of the sort's index bound the range: many funds
 * share a status, and a walk must not start at the first of them. MySQL takes two ranges for it. SQLite bounds the
 * range by the first column only, because the second is its row id, and passes over entries at 25 to a microsecond.
 */
export function isAfterInIndex(position: FundPosition, order: FundOrder, dialect: Dialect): SQL {
  const beyond = sql.raw(order.descending ? '<' : '>');
  if (order.column === 'fund_id') return sql`f.fund_id ${beyond} ${position.fundId}`;
  const column = sortColumn(order.column, dialect);
  const value = sortParam(position.value, order.column, dialect);
  if (dialect.name === 'sqlite') return sql`(${column}, f.fund_id) ${beyond} (${value}, ${position.fundId})`;
  return sql`(${column} ${beyond} ${value} OR (${column} = ${value} AND f.fund_id ${beyond} ${position.fundId}))`;
}

/** Whether fund `f` is at a place or before it. */
export function isUntilInIndex({ value, fundId }: FundPosition, order: FundOrder, dialect: Dialect): SQL {
  // Upside down, and from the next place there can be, so that the place itself is included.
  const next = order.descending ? fundId - 1n : fundId + 1n;
  return isAfterInIndex({ value, fundId: next }, { ...order, descending: !order.descending }, dialect);
}

function sortParam(value: FundPosition['value'], column: FundSortColumn, dialect: Dialect): string | bigint {
  switch (column) {
    case 'amount':
      return dialect.amountParam(value as bigint);
    case 'created_at':
    case 'updated_at':
      return dialect.instantParam(value as number);
    default:
      return value as string | bigint;
  }
}
