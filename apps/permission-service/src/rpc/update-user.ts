import { maskedReader, protoUser, requireId } from '@finance/api';
import type { User } from '@finance/contract/permission';
import { invalidField } from '@finance/domain';
import { writerOf } from '@finance/service-kit';
import { assertMayUpdateUser, updateUser as update } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';
import { userReaders } from '../requests/user-fields.ts';

const read = maskedReader<User>()((user) => requireId(user.userId, 'user.user_id'), userReaders);

export const updateUser: PermissionRpc<'updateUser'> =
  ({ database, consistency }) =>
  async ({ user, updateMask }, { signal, caller }) => {
    if (!user) throw invalidField('user', 'is missing');
    const { id, changes } = read(user, updateMask);
    const { value, position } = await database.transaction(signal, async (session) => {
      await assertMayUpdateUser(session, writerOf(caller), id, changes);
      return update(session, id, changes);
    });
    return { user: protoUser(value), consistencyToken: consistency.seal(position) };
  };
