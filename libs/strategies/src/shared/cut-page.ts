import { comparePositions, type FundPosition } from '@finance/domain';
import type { FundPageRequest } from '@finance/strategy-contract';

/** Sorts in place and cuts: the places on the page, and whether more follow. */
export function cutPage<T extends FundPosition>(all: T[], request: FundPageRequest): { page: T[]; hasMore: boolean } {
  const { after, order, pageSize, skip } = request;
  all.sort((a, b) => comparePositions(a, b, order));
  const start = (after ? firstAfter(all, after, request) : 0) + skip;
  return { page: all.slice(start, start + pageSize), hasMore: all.length > start + pageSize };
}

/** The index of the first place after another, by bisection. */
function firstAfter(sorted: readonly FundPosition[], after: FundPosition, { order }: FundPageRequest): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePositions(sorted[middle]!, after, order) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
