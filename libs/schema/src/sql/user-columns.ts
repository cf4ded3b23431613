import { roles, type Role, type User } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import { integerIn, integerOrNullIn, textIn, wordIn, type RecordTable, type Values } from './row-values.ts';

/** Where people are. */
export const userTable: RecordTable = { name: 'users', key: 'id' };

/** The columns of user `u` that {@link userFromRow} reads. */
export const userColumns: SQL = sql`u.id, u.name, u.role, u.department, u.parent_id`;

/** A user from a row of {@link userColumns}. @throws DomainError RECORD_UNREADABLE */
export const userFromRow = (row: Values): User => ({
  userId: integerIn(row, 'id', userTable),
  name: textIn(row, 'name', userTable),
  role: roleFromRow(row),
  department: textIn(row, 'department', userTable),
  parentUserId: integerOrNullIn(row, 'parent_id', userTable),
});

/** The role of a user, from a row of `id` and `role`. @throws DomainError RECORD_UNREADABLE */
export const roleFromRow = (row: Values): Role => wordIn(row, 'role', userTable, roles);
