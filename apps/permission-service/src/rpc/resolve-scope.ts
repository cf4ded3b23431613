import { protoRole, requestReader, requireId } from '@finance/api';
import type { ResolveScopeRequest } from '@finance/contract/permission-service';
import { outOfStep, resolveScope as resolve } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const resolveScope: PermissionRpc<'resolveScope'> = ({ database, consistency }) => {
  const read = requestReader<ResolveScopeRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, { signal }) => {
    const { viewerUserId, freshness } = read(request);
    await consistency.reach(freshness, signal);
    return database.snapshot(
      signal,
      async (session) => {
        const scope = await resolve(session, viewerUserId);
        const { people } = scope;
        if (people && 'userIds' in people) throw outOfStep('there are no intervals now');
        return {
          role: protoRole(scope.role),
          seesEverything: people === null,
          treeLeft: BigInt(people?.left ?? 0),
          treeRight: BigInt(people?.right ?? 0),
          subordinateCount: BigInt(scope.subordinateCount),
          orgVersion: scope.orgVersion,
          consistencyToken: consistency.seal(session.position),
        };
      },
      freshness,
    );
  };
};
