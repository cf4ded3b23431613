import { sortedColumns, type FundOrder, type FundPosition, type FundSortColumn } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import type { Dialect } from '../dialect.ts';

/** The column of fund `f` behind a sort. */
export function sortColumn(column: FundSortColumn, dialect: Dialect): SQL {
  return sql.raw(`f.${column === 'amount' ? dialect.amountColumn : sortedColumns[column]}`);
}

/** `ORDER BY` without the keyword; the tie-break runs in the same direction, so one index serves both directions. */
export function orderBy(order: FundOrder, dialect: Dialect): SQL {
  const direction = sql.raw(order.descending ? 'DESC' : 'ASC');
  if (order.column === 'fund_id') return sql`f.fund_id ${direction}`;
  return sql`${sortColumn(order.column, dialect)} ${direction}, f.fund_id ${direction}`;
}

/** Whether fund `f` comes after a place in an order. */
export function isAfter(position: FundPosition, order: FundOrder, dialect: Dialect): SQL {
  const beyond = sql.raw(order.descending ? '<' : '>');
  if (order.column === 'fund_id') return sql`f.fund_id ${beyond} ${position.fundId}`;
  const column = sortColumn(order.column, dialect);
  const value = sortParam(position.value, order.column, dialect);
  // The first condition lets the sort's index start at the place; row values would not on MySQL.
  return sql`(${column} ${beyond}= ${value} AND (${column} ${beyond} ${value} OR f.fund_id ${beyond} ${position.fundId}))`;
}

/** A sort value as a parameter that compares with {@link sortColumn}. */
export function sortParam(value: FundPosition['value'], column: FundSortColumn, dialect: Dialect): string | bigint {
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
