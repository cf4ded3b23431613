import type { FundFilter, FundSortColumn } from '@finance/domain';
import type { Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { PageQuery } from './page-query.ts';

/** Each holds (sort column, fund_id) and what the bases ask of a fund; the primary key is the order by fund_id. */
const sortIndexes: Readonly<Record<FundSortColumn, string>> = {
  fund_id: 'PRIMARY',
  amount: 'financial_funds_amount',
  created_at: 'financial_funds_created_at',
  updated_at: 'financial_funds_updated_at',
  status: 'financial_funds_status',
  handler_user_id: 'financial_funds_handle_by',
};

/** Put after a table: makes the engine read it through an index. `PRIMARY` is the primary key on either engine. */
export function throughIndex(index: string, dialect: Dialect): SQL {
  if (dialect.name === 'mysql') return sql.raw(`FORCE INDEX (${index})`);
  return sql.raw(index === 'PRIMARY' ? 'NOT INDEXED' : `INDEXED BY ${index}`);
}

/** `financial_funds f` read in the order of a sort column. */
export function fundsInOrder(column: FundSortColumn, dialect: Dialect): SQL {
  return sql`financial_funds f ${throughIndex(sortIndexes[column], dialect)}`;
}

/** The part of a filter that narrows the range of a sort's index, so that a walk starts and ends with it. */
export function filterOfSort(filter: FundFilter, column: FundSortColumn): FundFilter {
  const fields = filterFieldsOf[column];
  return Object.fromEntries(Object.entries(filter).filter(([field]) => fields.includes(field)));
}

/** Whether a filter narrows anything but the range of the sort's index, so that the funds have to be read. */
export const isBeyondSort = (filter: FundFilter, column: FundSortColumn): boolean =>
  Object.keys(filterOfSort(filter, column)).length < Object.keys(filter).length;

/** Whether the keys of visible funds tell all that is asked: `handle_by`, `fund_id`. */
export const isSortedByKeys = ({ filter, order }: Pick<PageQuery, 'filter' | 'order'>): boolean =>
  (order.column === 'handler_user_id' || order.column === 'fund_id') && !isBeyondSort(filter, order.column);

const filterFieldsOf: Readonly<Record<FundSortColumn, readonly string[]>> = {
  fund_id: [],
  amount: ['amountCentsMin', 'amountCentsMax'],
  created_at: ['createdFromMicros', 'createdToMicros'],
  updated_at: [],
  status: ['statuses'],
  handler_user_id: ['handlerUserId'],
};
