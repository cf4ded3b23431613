import { positionOf } from '@finance/domain';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { cutPage } from '../shared/cut-page.ts';
import { filterTests } from './filter-tests.ts';
import type { MemoryStore } from './memory-store.ts';

/** memory-sort on the memory store: one scan of all funds by subtree interval, then sort, count and cut. */
export const memoryStoreSort: PaginationStrategy<MemoryStore> = {
  name: 'memory-sort',
  listFunds: async (store, request) => {
    const { people } = request.scope;
    if (people && 'userIds' in people) throw new Error('the memory store knows people by their places in the tree');
    const tests = filterTests(request.filter, store);
    const visible = store.funds.filter(
      (fund) =>
        tests.every((passes) => passes(fund)) &&
        (people === null || store.touchedPlaces(fund).some((place) => place >= people.left && place <= people.right)),
    );
    const { page, hasMore } = cutPage(
      visible.map((fund) => ({ ...positionOf(fund, request.order), fund })),
      request,
    );
    return {
      funds: page.map((place) => place.fund),
      hasMore,
      totalSize: request.withTotal ? visible.length : undefined,
    };
  },
};
