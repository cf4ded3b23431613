import type { FundFilter, FundSummaryGroup } from '@finance/domain';

/** The columns that a filter looks at, besides those that say whom a fund concerns. */
export function columnsOf(filter: FundFilter): string[] {
  const columns: string[] = [];
  if (filter.amountCentsMin !== undefined || filter.amountCentsMax !== undefined) columns.push('amount');
  if (filter.createdFromMicros !== undefined || filter.createdToMicros !== undefined) columns.push('created_at');
  if (filter.statuses !== undefined) columns.push('status');
  return columns;
}

/** The columns that a fund's group follows from, besides those that say whom a fund concerns. */
export const groupColumns: Readonly<Record<FundSummaryGroup, readonly string[]>> = {
  none: [],
  status: ['status'],
  month: ['created_at'],
  handler_department: [],
};
