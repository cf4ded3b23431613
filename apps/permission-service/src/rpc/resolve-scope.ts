import { protoRole, requireId } from '@finance/api';
import { resolveScope as resolve } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const resolveScope: PermissionRpc<'resolveScope'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const freshness = await consistency.require(request.consistency, signal);
    return database.snapshot(
      signal,
      async (session) => {
        const scope = await resolve(session, viewerUserId);
        return {
          role: protoRole(scope.role),
          seesEverything: scope.people === null,
          treeLeft: BigInt(scope.people?.left ?? 0),
          treeRight: BigInt(scope.people?.right ?? 0),
          subordinateCount: BigInt(scope.subordinateCount),
          orgVersion: scope.orgVersion,
          consistencyToken: consistency.seal(session.position),
        };
      },
      freshness,
    );
  };
