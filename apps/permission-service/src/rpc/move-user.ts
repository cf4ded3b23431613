import { optionalId, protoUser, requestReader, requireId } from '@finance/api';
import type { MoveUserRequest } from '@finance/contract/permission-service';
import type { SqlSession } from '@finance/schema';
import { writerOf } from '@finance/service-kit';
import { assertMayMoveUser, moveUser as move } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<MoveUserRequest>()({
  userId: (request) => requireId(request.userId, 'user_id'),
  newParentUserId: (request) => optionalId(request.newParentUserId, 'new_parent_user_id'),
  expectedOrgVersion: (request) => optionalId(request.expectedOrgVersion, 'expected_org_version') ?? undefined,
  validateOnly: (request) => request.validateOnly,
});

export const moveUser: PermissionRpc<'moveUser'> =
  ({ database, consistency }) =>
  async (request, { signal, caller }) => {
    const input = read(request);
    const writer = writerOf(caller);
    const work = async (session: SqlSession) => {
      await assertMayMoveUser(session, writer, input);
      return move(session, input);
    };
    const { value, position } = input.validateOnly
      ? // Nothing is locked, so a preview holds up nobody.
        { value: await database.snapshot(signal, work), position: undefined }
      : await database.transaction(signal, work);
    return {
      user: protoUser(value.user),
      affectedUserCount: BigInt(value.affectedUserCount),
      // Whoever moves people of their own sees every fund that touches them.
      affectedFundCount: writer.reads === 'nothing' ? 0n : BigInt(value.affectedFundCount),
      orgVersion: value.orgVersion,
      consistencyToken: position === undefined ? '' : consistency.seal(position),
    };
  };
