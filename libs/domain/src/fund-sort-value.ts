import type { Fund } from './fund.ts';
import type { FundOrder, FundPosition, FundSortColumn } from './fund-query.ts';

const sortFields = {
  fund_id: 'fundId',
  amount: 'amountCents',
  created_at: 'createdAtMicros',
  updated_at: 'updatedAtMicros',
  status: 'status',
  handler_user_id: 'handlerUserId',
} as const satisfies Record<FundSortColumn, keyof Fund>;

/** Where a fund stands in an order. */
export function positionOf(fund: Fund, order: FundOrder): FundPosition {
  return { value: fund[sortFields[order.column]], fundId: fund.fundId };
}

/** Negative when `a` comes before `b` in the order; 0 only for the same fund. */
export function comparePositions(a: FundPosition, b: FundPosition, order: FundOrder): number {
  const ascending =
    a.value < b.value ? -1 : a.value > b.value ? 1 : a.fundId < b.fundId ? -1 : a.fundId > b.fundId ? 1 : 0;
  return order.descending ? -ascending : ascending;
}
