import { fundStatuses, type Fund } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import type { Dialect } from '../dialect.ts';
import {
  amountIn,
  instantIn,
  integerIn,
  integerOrNullIn,
  textIn,
  wordIn,
  type RecordTable,
  type Values,
} from './row-values.ts';

/** Where funds are. */
export const fundTable: RecordTable = { name: 'financial_funds', key: 'fund_id' };

/** The columns of fund `f` that {@link fundFromRow} reads. */
export function fundColumns(dialect: Dialect): SQL {
  return sql`f.fund_id, f.handle_by, f.order_id, f.customer_id, f.${sql.raw(dialect.amountColumn)} AS amount,
    f.currency_code, f.status, f.created_at, f.updated_at`;
}

/** A fund from a row of {@link fundColumns}. @throws DomainError RECORD_UNREADABLE */
export const fundFromRow = (row: Values): Fund => ({
  fundId: integerIn(row, 'fund_id', fundTable),
  handlerUserId: integerIn(row, 'handle_by', fundTable),
  orderId: integerOrNullIn(row, 'order_id', fundTable),
  customerId: integerOrNullIn(row, 'customer_id', fundTable),
  amountCents: amountIn(row, 'amount', fundTable),
  currencyCode: textIn(row, 'currency_code', fundTable),
  status: wordIn(row, 'status', fundTable, fundStatuses),
  createdAtMicros: instantIn(row, 'created_at', fundTable),
  updatedAtMicros: instantIn(row, 'updated_at', fundTable),
});
