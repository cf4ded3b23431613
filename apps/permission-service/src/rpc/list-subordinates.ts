import { protoUser, requestReader, requireId } from '@finance/api';
import type { ListSubordinatesRequest } from '@finance/contract/permission-service';
import { invalidField } from '@finance/domain';
import { parsePageSize } from '@finance/paging';
import { listSubordinates as list } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const listSubordinates: PermissionRpc<'listSubordinates'> = ({ database, pageTokens }) => {
  const read = requestReader<ListSubordinatesRequest>(pageTokens)({
    userId: (request) => requireId(request.userId, 'user_id'),
    depthMax: ({ depthMax }) => {
      if (depthMax >= 0) return depthMax;
      const problem = `is ${depthMax}; it must be 0 (any depth) or more`;
      throw invalidField('depth_max', problem, 'FIELD_INVALID', { value: depthMax });
    },
    pageSize: (request) => parsePageSize(request.pageSize),
  });
  return async (request, { signal }) => {
    const { userId, depthMax, pageSize } = read(request);
    const call = { rpc: 'ListSubordinates', userId, depthMax };
    const token = pageTokens.open(request.pageToken, call);
    const after = token && { depth: Number(token.value), userId: token.id };
    const { subordinates, hasMore, totalSize } = await database.snapshot(
      signal,
      (session) => list(session, { userId, depthMax, after, pageSize }),
      { kind: 'any' },
    );
    const last = subordinates.at(-1);
    return {
      users: subordinates.map(({ user, depth }) => ({ user: protoUser(user), depth })),
      nextPageToken: hasMore && last ? pageTokens.seal({ value: last.depth, id: last.user.userId }, call) : '',
      totalSize: BigInt(totalSize),
    };
  };
};
