import { optionalId, protoUser, requestReader, requireId } from '@finance/api';
import type { MoveUserRequest } from '@finance/contract/permission-service';
import { moveUser as move } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<MoveUserRequest>()({
  userId: (request) => requireId(request.userId, 'user_id'),
  newParentUserId: (request) => optionalId(request.newParentUserId, 'new_parent_user_id'),
  expectedOrgVersion: (request) => optionalId(request.expectedOrgVersion, 'expected_org_version') ?? undefined,
  validateOnly: (request) => request.validateOnly,
});

export const moveUser: PermissionRpc<'moveUser'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const input = read(request);
    const { value, position } = input.validateOnly
      ? // Nothing is locked, so a preview holds up nobody.
        { value: await database.snapshot(signal, (session) => move(session, input)), position: undefined }
      : await database.transaction(signal, (session) => move(session, input));
    return {
      user: protoUser(value.user),
      affectedUserCount: BigInt(value.affectedUserCount),
      affectedFundCount: BigInt(value.affectedFundCount),
      orgVersion: value.orgVersion,
      consistencyToken: position === undefined ? '' : consistency.seal(position),
    };
  };
