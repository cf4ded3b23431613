import { requestReader, requireId, requireIds } from '@finance/api';
import type { BatchCheckAccessRequest } from '@finance/contract/permission-service';
import type { PermissionRpc } from '../permission-deps.ts';

export const batchCheckAccess: PermissionRpc<'batchCheckAccess'> = ({ readAccess, consistency }) => {
  const read = requestReader<BatchCheckAccessRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    fundIds: (request) => requireIds(request.fundIds, 'fund_ids'),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { viewerUserId, fundIds, freshness } = read(request);
    return readAccess(freshness, context, async (reads) => ({
      allowed: await reads.allowed(viewerUserId, fundIds),
      consistencyToken: consistency.seal(reads.position),
    }));
  };
};
