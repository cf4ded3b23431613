import { protoBasis, protoRole, requireId } from '@finance/api';
import { explainAccess as explain } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const explainAccess: PermissionRpc<'explainAccess'> =
  ({ database }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const fundId = requireId(request.fundId, 'fund_id');
    const { allowed, paths } = await database.snapshot(signal, (session) => explain(session, viewerUserId, fundId));
    return {
      allowed,
      paths: paths.map((path) => ({
        cause:
          'role' in path
            ? { case: 'role', value: protoRole(path.role) }
            : { case: 'basis', value: protoBasis(path.basis) },
        userIds: [...path.userIds],
      })),
    };
  };
