import { requireId } from '@finance/api';
import { summarizeFunds as summarize } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { parseSummaryGroup } from '../requests/summary-group.ts';
import { fundSummaryMessage } from '../responses/fund-summary-message.ts';

export const summarizeFunds: FundsRpc<'summarizeFunds'> =
  ({ viewers, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const filter = parseFundFilter(request.filter);
    const groupBy = parseSummaryGroup(request.groupBy);
    await consistency.require(request.consistency, context.signal);
    return viewers.read(viewerUserId, context, async (session, scope) => {
      const { groups, totals } = await summarize(session, { scope, filter, groupBy });
      return {
        groups: groups.map((group) => fundSummaryMessage(group, group.key, groupBy)),
        totals: fundSummaryMessage(totals, '', groupBy),
        consistencyToken: consistency.seal(session.position),
      };
    });
  };
