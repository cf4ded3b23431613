import { sortedColumns, type FundPosition, type FundSortColumn } from '@finance/domain';
import { amountIn, fundTable, instantIn, integerIn, sortColumn, textIn, type Dialect, type Row } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** The columns of fund `f` that {@link positionFromRow} reads. */
export const positionColumns = (column: FundSortColumn, dialect: Dialect): SQL =>
  sql`f.fund_id, ${sortColumn(column, dialect)} AS ${sql.raw(sortedColumns[column])}`;

/** Reads a fund's place from a row of {@link positionColumns}. @throws DomainError RECORD_UNREADABLE */
export const positionFromRow =
  (column: FundSortColumn) =>
  (row: Row): FundPosition => ({
    value: valueOf[column](row, sortedColumns[column], fundTable),
    fundId: integerIn(row, 'fund_id', fundTable),
  });

const valueOf = {
  fund_id: integerIn,
  amount: amountIn,
  created_at: instantIn,
  updated_at: instantIn,
  status: textIn,
  handler_user_id: integerIn,
} as const satisfies Record<FundSortColumn, unknown>;
