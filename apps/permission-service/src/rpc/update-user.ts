import { parseUpdateMask, protoUser, requireId, requireText, roleFromProto } from '@finance/api';
import { invalidField } from '@finance/domain';
import { updateUser as update } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const updateUser: PermissionRpc<'updateUser'> =
  ({ database, consistency }) =>
  async ({ user, updateMask }, { signal }) => {
    if (!user) throw invalidField('user', 'is missing');
    const userId = requireId(user.userId, 'user.user_id');
    const fields = parseUpdateMask(updateMask, ['name', 'role', 'department']);
    const changes = {
      ...(fields.has('name') && { name: requireText(user.name, 'user.name', 1, 200) }),
      ...(fields.has('role') && { role: roleFromProto(user.role, 'user.role') }),
      ...(fields.has('department') && { department: requireText(user.department, 'user.department', 0, 100) }),
    };
    const { value, position } = await database.transaction(signal, (session) => update(session, userId, changes));
    return { user: protoUser(value), consistencyToken: consistency.seal(position) };
  };
