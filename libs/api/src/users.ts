import type { UserSchema } from '@finance/contract/permission';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { User } from '@finance/domain';
import { protoRole } from './enums.ts';

/** A user as its message. */
export function protoUser(user: User): MessageInitShape<typeof UserSchema> {
  return {
    userId: user.userId,
    name: user.name,
    role: protoRole(user.role),
    department: user.department,
    parentUserId: user.parentUserId ?? 0n,
  };
}
