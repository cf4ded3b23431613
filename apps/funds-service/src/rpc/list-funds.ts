import { requireId } from '@finance/api';
import { fundSortColumns, positionOf } from '@finance/domain';
import { parseOrderBy, parsePageSize, parseSkip } from '@finance/paging';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { wantsTotal } from '../requests/total-mode.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const listFunds: FundsRpc<'listFunds'> =
  ({ reader, pageTokens, consistency }) =>
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

    return reader.read(
      { viewerUserId, consistency: request.consistency, strategy: request.strategy },
      context,
      async (reads) => {
        const { funds, details, hasMore, totalSize } = await reads.page({ filter, order, after, ...page }, full);
        const last = funds.at(-1);
        const end = last && positionOf(last, order);
        return {
          // A whole message: a partial one would be copied field by field into a whole one.
          $typeName: 'finance.funds.v1.ListFundsResponse',
          funds: fundMessages(funds, details),
          nextPageToken: hasMore && end ? pageTokens.seal({ value: end.value, id: end.fundId }, call) : '',
          ...(totalSize !== undefined && { totalSize: BigInt(totalSize) }),
          consistencyToken: consistency.seal(reads.position),
          strategyUsed: reads.strategyUsed,
        };
      },
    );
  };
