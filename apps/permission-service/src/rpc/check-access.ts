import { requireId } from '@finance/api';
import { resolveScope, visibleFundIds } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const checkAccess: PermissionRpc<'checkAccess'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundId = requireId(request.fundId, 'fund_id');
    await consistency.require(request.consistency, signal);
    return database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, viewerUserId);
      const visible = await visibleFundIds(session, scope, [fundId]);
      return { allowed: visible.has(fundId), consistencyToken: consistency.seal(session.position) };
    });
  };
