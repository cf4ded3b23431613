import { requestReader, requireId } from '@finance/api';
import type { CheckAccessRequest } from '@finance/contract/permission-service';
import type { PermissionRpc } from '../permission-deps.ts';

export const checkAccess: PermissionRpc<'checkAccess'> = ({ readAccess, consistency }) => {
  const read = requestReader<CheckAccessRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    fundId: (request) => requireId(request.fundId, 'fund_id'),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { viewerUserId, fundId, freshness } = read(request);
    return readAccess(freshness, context, async (reads) => {
      const [allowed] = await reads.allowed(viewerUserId, [fundId]);
      return { allowed: allowed!, consistencyToken: consistency.seal(reads.position) };
    });
  };
};
