import { comparePositions, positionOf, type Fund } from '@finance/domain';
import type { FundPage, FundPageRequest } from '../fund-page.ts';

/** The page of an ordered list of all visible funds: what every strategy must answer. */
export function pageOf(visible: readonly Fund[], request: Omit<FundPageRequest, 'scope' | 'filter'>): FundPage {
  const { after, order } = request;
  const rest = after ? visible.filter((fund) => comparePositions(positionOf(fund, order), after, order) > 0) : visible;
  const end = request.skip + request.pageSize;
  return {
    funds: rest.slice(request.skip, end),
    hasMore: rest.length > end,
    totalSize: request.withTotal ? visible.length : undefined,
  };
}
