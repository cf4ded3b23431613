import { requestReader, requireId } from '@finance/api';
import type { ListFundsRequest } from '@finance/contract/funds-service';
import { fundSortColumns, positionOf } from '@finance/domain';
import { parseOrderBy, parsePageSize, parseSkip } from '@finance/paging';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { wantsTotal } from '../requests/total-mode.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const listFunds: FundsRpc<'listFunds'> = ({ reader, pageTokens, consistency, fullViewNames }) => {
  const read = requestReader<ListFundsRequest>(pageTokens)({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    order: (request) => parseOrderBy(request.orderBy, fundSortColumns),
    filter: (request) => parseFundFilter(request.filter),
    pageSize: (request) => parsePageSize(request.pageSize),
    skip: (request) => parseSkip(request.skip),
    withTotal: (request) => wantsTotal(request.totalMode),
    full: (request) => wantsDetails(request.view),
    freshness: (request) => consistency.parse(request.consistency),
    strategy: (request) => reader.choose(request.strategy),
  });
  return async (request, context) => {
    const { viewerUserId, order, filter, pageSize, skip, withTotal, full, freshness, strategy } = read(request);
    const call = { rpc: 'ListFunds', viewerUserId, order, filter };
    const token = pageTokens.open(request.pageToken, call);
    const after = token && { value: token.value, fundId: token.id };

    return reader.read({ viewerUserId, freshness, strategy }, context, async (reads) => {
      const page = { filter, order, after, pageSize, skip, withTotal };
      const { funds, details, hasMore, totalSize } = await reads.page(page, full);
      const last = funds.at(-1);
      const end = last && positionOf(last, order);
      return {
        // A whole message: a partial one would be copied field by field into a whole one.
        $typeName: 'finance.funds.v1.ListFundsResponse',
        funds: context.measured(() => fundMessages(funds, details, fullViewNames)),
        nextPageToken: hasMore && end ? pageTokens.seal({ value: end.value, id: end.fundId }, call) : '',
        ...(totalSize !== undefined && { totalSize: BigInt(totalSize) }),
        consistencyToken: consistency.seal(reads.position),
        strategyUsed: reads.strategyUsed,
      };
    });
  };
};
