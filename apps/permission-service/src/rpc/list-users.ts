import { protoUser, requestReader, requireText, roleFromProto } from '@finance/api';
import { Role } from '@finance/contract/permission';
import type { ListUsersRequest } from '@finance/contract/permission-service';
import { parseOrderBy, parsePageSize } from '@finance/paging';
import { listUsers as list } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const listUsers: PermissionRpc<'listUsers'> = ({ database, pageTokens }) => {
  const read = requestReader<ListUsersRequest>(pageTokens)({
    role: (request) => (request.role === Role.UNSPECIFIED ? undefined : roleFromProto(request.role, 'role')),
    department: (request) => requireText(request.department, 'department', 0, 100) || undefined,
    order: (request) => parseOrderBy(request.orderBy, ['user_id', 'name']),
    pageSize: (request) => parsePageSize(request.pageSize),
  });
  return async (request, { signal }) => {
    const { role, department, order, pageSize } = read(request);
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
};
