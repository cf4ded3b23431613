/** What a summary is broken down by. */
export type FundSummaryGroup = 'none' | 'status' | 'handler_department' | 'month';

/** Count and sum of some funds. */
export interface FundSum {
  readonly fundCount: bigint;
  /** In cents, whatever the currency; exact, and not limited to 64 bits. */
  readonly amountCents: bigint;
}

/** Every visible fund that passes the filter is in it once. */
export interface FundSummary {
  /**
   * By the bytes of the key: a status, a department ('' also for funds of unknown handlers), or a month of creation in
   * UTC as YYYY-MM. Empty for the group 'none'.
   */
  readonly groups: readonly (FundSum & { readonly key: string })[];
  readonly totals: FundSum;
}
