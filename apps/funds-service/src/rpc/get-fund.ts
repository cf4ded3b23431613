import { requestReader, requireId } from '@finance/api';
import type { GetFundRequest } from '@finance/contract/funds-service';
import type { FundsRpc } from '../funds-deps.ts';
import { wantsDetails } from '../requests/fund-view.ts';
import { fundMessages } from '../responses/fund-messages.ts';

export const getFund: FundsRpc<'getFund'> = ({ reader, consistency, fullViewNames }) => {
  const read = requestReader<GetFundRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    fundId: (request) => requireId(request.fundId, 'fund_id'),
    full: (request) => wantsDetails(request.view),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { fundId, full, ...ask } = read(request);
    return reader.read(ask, context, async (reads) => {
      const { funds, details } = await reads.visible([fundId], full);
      const [fund] = fundMessages(funds, details, fullViewNames);
      return { fund: fund!, consistencyToken: consistency.seal(reads.position) };
    });
  };
};
