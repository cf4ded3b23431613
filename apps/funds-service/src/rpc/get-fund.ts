import { requireId } from '@finance/api';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';
import { requireVisibleFunds } from '../visible-funds.ts';

export const getFund: FundsRpc<'getFund'> =
  ({ viewers, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundId = requireId(request.fundId, 'fund_id');
    const full = wantsDetails(request.view);
    await consistency.require(request.consistency, context.signal);
    return viewers.read(viewerUserId, context, async (session, scope) => {
      const funds = await requireVisibleFunds(session, scope, [fundId]);
      const [fund] = await fundMessages(session, scope, funds, full);
      return { fund: fund!, consistencyToken: consistency.seal(session.position) };
    });
  };
