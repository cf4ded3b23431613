import { protoUser, requireId } from '@finance/api';
import { userNotFound } from '@finance/domain';
import { orgVersion } from '@finance/schema';
import { getUser as get } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const getUser: PermissionRpc<'getUser'> =
  ({ database }) =>
  async (request, { signal }) => {
    const userId = requireId(request.userId, 'user_id');
    return database.snapshot(
      signal,
      async (session) => {
        const user = await get(session, userId);
        if (!user) throw userNotFound(userId);
        return { user: protoUser(user), orgVersion: await orgVersion(session) };
      },
      { kind: 'any' },
    );
  };
