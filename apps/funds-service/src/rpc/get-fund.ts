import { requireId } from '@finance/api';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const getFund: FundsRpc<'getFund'> =
  ({ reader, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundId = requireId(request.fundId, 'fund_id');
    const full = wantsDetails(request.view);
    return reader.read({ viewerUserId, consistency: request.consistency }, context, async (reads) => {
      const { funds, details } = await reads.visible([fundId], full);
      const [fund] = fundMessages(funds, details);
      return { fund: fund!, consistencyToken: consistency.seal(reads.position) };
    });
  };
