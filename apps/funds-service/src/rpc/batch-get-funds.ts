import { requestReader, requireId, requireIds } from '@finance/api';
import type { BatchGetFundsRequest } from '@finance/contract/funds-service';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const batchGetFunds: FundsRpc<'batchGetFunds'> = ({ reader, consistency, fullViewNames }) => {
  const read = requestReader<BatchGetFundsRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    fundIds: (request) => requireIds(request.fundIds, 'fund_ids'),
    full: (request) => wantsDetails(request.view),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { fundIds, full, ...ask } = read(request);
    return reader.read(ask, context, async (reads) => {
      const { funds, details } = await reads.visible(fundIds, full);
      return { funds: fundMessages(funds, details, fullViewNames), consistencyToken: consistency.seal(reads.position) };
    });
  };
};
