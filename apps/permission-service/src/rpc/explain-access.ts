import { protoBasis, protoRole, requestReader, requireId } from '@finance/api';
import type { ExplainAccessRequest } from '@finance/contract/permission-service';
import { explainAccess as explain } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<ExplainAccessRequest>()({
  viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
  fundId: (request) => requireId(request.fundId, 'fund_id'),
});

export const explainAccess: PermissionRpc<'explainAccess'> =
  ({ database }) =>
  async (request, { signal }) => {
    const { viewerUserId, fundId } = read(request);
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
