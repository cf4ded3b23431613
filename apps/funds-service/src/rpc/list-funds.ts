import { requireId } from '@finance/api';
import { fundSortColumns, positionOf } from '@finance/domain';
import { parseOrderBy, parsePageSize, parseSkip } from '@finance/paging';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { wantsTotal } from '../requests/total-mode.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const listFunds: FundsRpc<'listFunds'> =
  ({ viewers, strategies, pageTokens, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const order = parseOrderBy(request.orderBy, fundSortColumns);
    const filter = parseFundFilter(request.filter);
    const page = {
      pageSize: parsePageSize(request.pageSize),
      skip: parseSkip(request.skip),
      withTotal: wantsTotal(request.totalMode),
    };
    const full = wantsDetails(request.view);
    const call = { rpc: 'ListFunds', viewerUserId, order, filter };
    const token = pageTokens.open(request.pageToken, call);
    const after = token && { value: token.value, fundId: token.id };
    const { strategy, used } = strategies.choose(request.strategy);
    await consistency.require(request.consistency, context.signal);

    return viewers.read(viewerUserId, context, async (session, scope) => {
      const { funds, hasMore, totalSize } = await strategy.listFunds(session, { scope, filter, order, after, ...page });
      const last = funds.at(-1);
      const end = last && positionOf(last, order);
      return {
        funds: await fundMessages(session, scope, funds, full),
        nextPageToken: hasMore && end ? pageTokens.seal({ value: end.value, id: end.fundId }, call) : '',
        ...(totalSize !== undefined && { totalSize: BigInt(totalSize) }),
        consistencyToken: consistency.seal(session.position),
        strategyUsed: used,
      };
    });
  };
