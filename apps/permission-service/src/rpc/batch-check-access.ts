import { requireId, requireIds } from '@finance/api';
import { resolveScope, visibleFundIds } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const batchCheckAccess: PermissionRpc<'batchCheckAccess'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundIds = requireIds(request.fundIds, 'fund_ids');
    await consistency.require(request.consistency, signal);
    return database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, viewerUserId);
      const visible = await visibleFundIds(session, scope, fundIds);
      return {
        allowed: fundIds.map((fundId) => visible.has(fundId)),
        consistencyToken: consistency.seal(session.position),
      };
    });
  };
