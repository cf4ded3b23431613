import { protoUser, requireId } from '@finance/api';
import { invalidField } from '@finance/domain';
import { parsePageSize } from '@finance/paging';
import { listSubordinates as list } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const listSubordinates: PermissionRpc<'listSubordinates'> =
  ({ database, pageTokens }) =>
  async (request, { signal }) => {
    const userId = requireId(request.userId, 'user_id');
    const { depthMax } = request;
    if (depthMax < 0) throw invalidField('depth_max', `is ${depthMax}; it must be 0 (any depth) or more`);
    const pageSize = parsePageSize(request.pageSize);
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
