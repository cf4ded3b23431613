import { fundFromRow, type Row } from '@finance/schema';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';

/** A page from the rows of a query limited to one more than the page, which tells whether there are more. */
export function pageFromRows(rows: readonly Row[], request: FundPageRequest, totalSize: number | undefined): FundPage {
  return {
    funds: rows.slice(0, request.pageSize).map(fundFromRow),
    hasMore: rows.length > request.pageSize,
    totalSize,
  };
}
