import type { FundStatus } from './fund.ts';

/** The columns funds can be sorted by, by their API names. */
export const fundSortColumns = ['fund_id', 'amount', 'created_at', 'updated_at', 'status', 'handler_user_id'] as const;

export type FundSortColumn = (typeof fundSortColumns)[number];

/** The column of the funds' table that each sort goes by, as RECORD_UNREADABLE names it. */
export const sortedColumns = {
  fund_id: 'fund_id',
  amount: 'amount',
  created_at: 'created_at',
  updated_at: 'updated_at',
  status: 'status',
  handler_user_id: 'handle_by',
} as const satisfies Record<FundSortColumn, string>;

/** A total order of funds: `fund_id` breaks ties in the same direction. Strings compare by their bytes. */
export interface FundOrder {
  readonly column: FundSortColumn;
  readonly descending: boolean;
}

/** The place of a fund in a {@link FundOrder}: its sort value as stored in the domain record, and its id. */
export interface FundPosition {
  readonly value: bigint | number | string;
  readonly fundId: bigint;
}

/** Narrows a list; absent fields do not, present ones must all hold. */
export interface FundFilter {
  /** Included. */
  readonly amountCentsMin?: bigint;
  /** Included. */
  readonly amountCentsMax?: bigint;
  /** An instant, included. */
  readonly createdFromMicros?: number;
  /** An instant, excluded. */
  readonly createdToMicros?: number;
  /** Any of these; never empty. */
  readonly statuses?: readonly FundStatus[];
  /** Of a known handler in exactly this department. */
  readonly handlerDepartment?: string;
  readonly handlerUserId?: bigint;
  readonly orderId?: bigint;
  readonly customerId?: bigint;
}
