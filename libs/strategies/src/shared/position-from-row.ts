import type { FundPosition, FundSortColumn } from '@finance/domain';
import { amountIn, fundTable, instantIn, integerIn, textIn, type Row } from '@finance/schema';

/** Reads a fund's place from a row of `fund_id` and the sort column as `value`. @throws DomainError RECORD_UNREADABLE */
export const positionFromRow =
  (column: FundSortColumn) =>
  (row: Row): FundPosition => ({
    value: valueOf[column](row, 'value', fundTable),
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
