import { requireId } from '@finance/api';
import type { PermissionRpc } from '../permission-deps.ts';

export const checkAccess: PermissionRpc<'checkAccess'> =
  ({ readAccess, consistency }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundId = requireId(request.fundId, 'fund_id');
    return readAccess(request.consistency, signal, async (reads) => {
      const [allowed] = await reads.allowed(viewerUserId, [fundId]);
      return { allowed: allowed!, consistencyToken: consistency.seal(reads.position) };
    });
  };
