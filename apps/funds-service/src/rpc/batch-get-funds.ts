import { requireId, requireIds } from '@finance/api';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';
import { requireVisibleFunds } from '../visible-funds.ts';

export const batchGetFunds: FundsRpc<'batchGetFunds'> =
  ({ viewers, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundIds = requireIds(request.fundIds, 'fund_ids');
    const full = wantsDetails(request.view);
    await consistency.require(request.consistency, context.signal);
    return viewers.read(viewerUserId, context, async (session, scope) => {
      const funds = await requireVisibleFunds(session, scope, fundIds);
      return {
        funds: await fundMessages(session, scope, funds, full),
        consistencyToken: consistency.seal(session.position),
      };
    });
  };
