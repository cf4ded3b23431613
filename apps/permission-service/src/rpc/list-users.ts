import { protoUser, requireText, roleFromProto } from '@finance/api';
import { Role } from '@finance/contract/permission';
import { parseOrderBy, parsePageSize } from '@finance/paging';
import { listUsers as list } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const listUsers: PermissionRpc<'listUsers'> =
  ({ database, pageTokens }) =>
  async (request, { signal }) => {
    const role = request.role === Role.UNSPECIFIED ? undefined : roleFromProto(request.role, 'role');
    const department = requireText(request.department, 'department', 0, 100) || undefined;
    const order = parseOrderBy(request.orderBy, ['user_id', 'name']);
    const pageSize = parsePageSize(request.pageSize);
    const call = { rpc: 'ListUsers', role, department, order };
    const token = pageTokens.open(request.pageToken, call);
    const after = token && { value: String(token.value), userId: token.id };
    const { users, hasMore, totalSize } = await database.snapshot(
      signal,
      (session) => list(session, { role, department, order, after, pageSize }),
      { kind: 'any' },
    );
    const last = users.at(-1);
    return {
      users: users.map(protoUser),
      nextPageToken: hasMore && last ? pageTokens.seal({ value: last.name, id: last.userId }, call) : '',
      totalSize: BigInt(totalSize),
    };
  };
