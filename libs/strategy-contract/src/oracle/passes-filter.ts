import type { Fund, FundFilter, User } from '@finance/domain';

/** Whether a fund passes every set field of a filter. */
export function passesFilter(fund: Fund, filter: FundFilter, handler: User | undefined): boolean {
  if (filter.amountCentsMin !== undefined && fund.amountCents < filter.amountCentsMin) return false;
  if (filter.amountCentsMax !== undefined && fund.amountCents > filter.amountCentsMax) return false;
  if (filter.createdFromMicros !== undefined && fund.createdAtMicros < filter.createdFromMicros) return false;
  if (filter.createdToMicros !== undefined && fund.createdAtMicros >= filter.createdToMicros) return false;
  if (filter.statuses !== undefined && !filter.statuses.includes(fund.status)) return false;
  if (filter.handlerDepartment !== undefined && handler?.department !== filter.handlerDepartment) return false;
  if (filter.handlerUserId !== undefined && fund.handlerUserId !== filter.handlerUserId) return false;
  if (filter.orderId !== undefined && fund.orderId !== filter.orderId) return false;
  if (filter.customerId !== undefined && fund.customerId !== filter.customerId) return false;
  return true;
}
