import { instantOf, type FundPosition, type FundSortColumn } from '@finance/domain';
import type { Row } from '@finance/schema';

/** Reads a fund's place from a row of `fund_id` and the sort column as `value`. */
export const positionFromRow =
  (column: FundSortColumn) =>
  (row: Row): FundPosition => ({
    // Instants are numbers in the domain and bigint in rows.
    value:
      column === 'created_at' || column === 'updated_at'
        ? instantOf(row['value'] as bigint)
        : (row['value'] as bigint | string),
    fundId: row['fund_id'] as bigint,
  });
