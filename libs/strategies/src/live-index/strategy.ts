import type { LiveIndex } from '@finance/live-index';
import type { PaginationStrategy } from '@finance/strategy-contract';

/** Any page from the index in memory. The index knows the viewer's scope as of its own position. */
export const liveIndex: PaginationStrategy<LiveIndex> = {
  name: 'live-index',
  listFunds: async (index, { scope, ...request }) => index.listFunds({ ...request, viewerUserId: scope.viewerUserId }),
};
