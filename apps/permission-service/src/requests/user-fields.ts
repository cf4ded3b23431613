import { requireText, roleFromProto } from '@finance/api';
import type { User } from '@finance/contract/permission';

/** Read the fields of a user that callers may change, by their names in the domain. @throws DomainError FIELD_INVALID */
export const userReaders = {
  name: (user: User) => requireText(user.name, 'user.name', 1, 200),
  role: (user: User) => roleFromProto(user.role, 'user.role'),
  department: (user: User) => requireText(user.department, 'user.department', 0, 100),
};
