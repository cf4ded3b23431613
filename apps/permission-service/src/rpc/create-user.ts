import { chosenId, optionalId, protoUser, requireText, roleFromProto } from '@finance/api';
import { invalidField } from '@finance/domain';
import { createUser as create } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const createUser: PermissionRpc<'createUser'> =
  ({ database, consistency }) =>
  async ({ user }, { signal }) => {
    if (!user) throw invalidField('user', 'is missing');
    const newUser = {
      userId: chosenId(user.userId, 'user.user_id'),
      name: requireText(user.name, 'user.name', 1, 200),
      role: roleFromProto(user.role, 'user.role'),
      department: requireText(user.department, 'user.department', 0, 100),
      parentUserId: optionalId(user.parentUserId, 'user.parent_user_id'),
    };
    const { value, position } = await database.transaction(signal, (session) => create(session, newUser));
    return { user: protoUser(value), consistencyToken: consistency.seal(position) };
  };
