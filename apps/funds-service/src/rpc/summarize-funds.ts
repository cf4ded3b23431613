import { requestReader, requireId } from '@finance/api';
import type { SummarizeFundsRequest } from '@finance/contract/funds-service';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { parseSummaryGroup } from '../requests/summary-group.ts';
import { fundSummaryMessage } from '../responses/fund-summary-message.ts';

export const summarizeFunds: FundsRpc<'summarizeFunds'> = ({ reader, consistency }) => {
  const read = requestReader<SummarizeFundsRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    filter: (request) => parseFundFilter(request.filter),
    groupBy: (request) => parseSummaryGroup(request.groupBy),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { filter, groupBy, ...ask } = read(request);
    return reader.read(ask, context, async (reads) => {
      const { groups, totals } = await reads.summary(filter, groupBy);
      return {
        groups: groups.map((group) => fundSummaryMessage(group, group.key, groupBy)),
        totals: fundSummaryMessage(totals, '', groupBy),
        consistencyToken: consistency.seal(reads.position),
      };
    });
  };
};
