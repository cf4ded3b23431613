import { requireId, requireIds } from '@finance/api';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const batchGetFunds: FundsRpc<'batchGetFunds'> =
  ({ reader, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundIds = requireIds(request.fundIds, 'fund_ids');
    const full = wantsDetails(request.view);
    return reader.read({ viewerUserId, consistency: request.consistency }, context, async (reads) => {
      const { funds, details } = await reads.visible(fundIds, full);
      return { funds: fundMessages(funds, details), consistencyToken: consistency.seal(reads.position) };
    });
  };
