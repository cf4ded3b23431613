import { fundNotFound } from '@finance/domain';
import type { IndexView } from '@finance/index-host';
import type { RpcContext } from '@finance/service-kit';
import type { AccessReads } from './access-reads.ts';

/** Decides from the live index. Everything is computed when asked for, before anything is awaited, and its time counted. */
export const indexReads = ({ index, position }: IndexView, context: Pick<RpcContext, 'measured'>): AccessReads => ({
  position,
  allowed: async (viewerUserId, fundIds) =>
    context.measured(() => {
      const visible = new Set(index.visibleFunds(viewerUserId, fundIds).map((fund) => fund.fundId));
      return fundIds.map((fundId) => visible.has(fundId));
    }),
  fundViewers: async ({ fundId, after, pageSize }) =>
    context.measured(() => {
      const all = index.fundViewers(fundId);
      if (!all) throw fundNotFound(fundId);
      const rest = after === undefined ? all : all.filter(({ user }) => user.userId > after);
      return { viewers: rest.slice(0, pageSize), hasMore: rest.length > pageSize, totalSize: all.length };
    }),
});
