import { chosenId, optionalId, protoUser, requestReader } from '@finance/api';
import type { User } from '@finance/contract/permission';
import { invalidField } from '@finance/domain';
import { writerOf } from '@finance/service-kit';
import { assertMayCreateUser, createUser as create } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';
import { userReaders } from '../requests/user-fields.ts';

const read = requestReader<User>()({
  userId: (user) => chosenId(user.userId, 'user.user_id'),
  ...userReaders,
  parentUserId: (user) => optionalId(user.parentUserId, 'user.parent_user_id'),
});

export const createUser: PermissionRpc<'createUser'> =
  ({ database, consistency }) =>
  async ({ user }, { signal, caller }) => {
    if (!user) throw invalidField('user', 'is missing');
    const newUser = read(user);
    const { value, position } = await database.transaction(signal, async (session) => {
      await assertMayCreateUser(session, writerOf(caller), newUser);
      return create(session, newUser);
    });
    return { user: protoUser(value), consistencyToken: consistency.seal(position) };
  };
