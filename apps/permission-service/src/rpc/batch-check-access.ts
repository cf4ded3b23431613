import { requireId, requireIds } from '@finance/api';
import type { PermissionRpc } from '../permission-deps.ts';

export const batchCheckAccess: PermissionRpc<'batchCheckAccess'> =
  ({ readAccess, consistency }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundIds = requireIds(request.fundIds, 'fund_ids');
    return readAccess(request.consistency, signal, async (reads) => ({
      allowed: await reads.allowed(viewerUserId, fundIds),
      consistencyToken: consistency.seal(reads.position),
    }));
  };
