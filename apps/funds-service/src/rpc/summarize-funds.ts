import { requireId } from '@finance/api';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { parseSummaryGroup } from '../requests/summary-group.ts';
import { fundSummaryMessage } from '../responses/fund-summary-message.ts';

export const summarizeFunds: FundsRpc<'summarizeFunds'> =
  ({ reader, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const filter = parseFundFilter(request.filter);
    const groupBy = parseSummaryGroup(request.groupBy);
    return reader.read({ viewerUserId, consistency: request.consistency }, context, async (reads) => {
      const { groups, totals } = await reads.summary(filter, groupBy);
      return {
        groups: groups.map((group) => fundSummaryMessage(group, group.key, groupBy)),
        totals: fundSummaryMessage(totals, '', groupBy),
        consistencyToken: consistency.seal(reads.position),
      };
    });
  };
