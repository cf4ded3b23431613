import type { Fund, FundFilter, FundOrder, FundPosition, Scope } from '@finance/domain';

/** A validated question for one page. */
export interface FundPageRequest {
  readonly scope: Scope;
  readonly filter: FundFilter;
  readonly order: FundOrder;
  /** Only funds after this place; absent for the first page. */
  readonly after: FundPosition | undefined;
  /** Funds to leave out, counted after `after`. */
  readonly skip: number;
  /** 1 to 1,000. */
  readonly pageSize: number;
  readonly withTotal: boolean;
}

/** The answer; every strategy gives the same one. */
export interface FundPage {
  /** In the requested order, each fund once. */
  readonly funds: readonly Fund[];
  /** Whether another fund follows the last one. */
  readonly hasMore: boolean;
  /** Visible funds that pass the filter, on all pages; undefined unless `withTotal`. */
  readonly totalSize: number | undefined;
}
