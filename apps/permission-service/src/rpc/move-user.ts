import { optionalId, protoUser, requireId } from '@finance/api';
import { moveUser as move } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const moveUser: PermissionRpc<'moveUser'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const { validateOnly } = request;
    const input = {
      userId: requireId(request.userId, 'user_id'),
      newParentUserId: optionalId(request.newParentUserId, 'new_parent_user_id'),
      expectedOrgVersion: optionalId(request.expectedOrgVersion, 'expected_org_version') ?? undefined,
      validateOnly,
    };
    const { value, position } = validateOnly
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
