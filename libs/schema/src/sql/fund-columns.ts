import { fundStatuses, instantOf, type Fund, type FundStatus } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import type { Row } from '../database.ts';
import type { Dialect } from '../dialect.ts';

/** The columns of fund `f` that {@link fundFromRow} reads. */
export function fundColumns(dialect: Dialect): SQL {
  return sql`f.fund_id, f.handle_by, f.order_id, f.customer_id, f.${sql.raw(dialect.amountColumn)} AS amount,
    f.currency_code, f.status, f.created_at, f.updated_at`;
}

/** A fund from a row of {@link fundColumns}. @throws Error for a status that is none of ours */
export function fundFromRow(row: Row): Fund {
  return {
    fundId: row['fund_id'] as bigint,
    handlerUserId: row['handle_by'] as bigint,
    orderId: row['order_id'] as bigint | null,
    customerId: row['customer_id'] as bigint | null,
    amountCents: row['amount'] as bigint,
    currencyCode: row['currency_code'] as string,
    status: statusFromColumn(row['status'] as string),
    createdAtMicros: instantOf(row['created_at'] as bigint),
    updatedAtMicros: instantOf(row['updated_at'] as bigint),
  };
}

function statusFromColumn(status: string): FundStatus {
  if (!(fundStatuses as readonly string[]).includes(status)) {
    throw new Error(`a fund has the unknown status '${status}'; run seeder:doctor`);
  }
  return status as FundStatus;
}
