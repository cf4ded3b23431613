import { roles, type Role, type User } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import type { Row } from '../database.ts';

/** The columns of user `u` that {@link userFromRow} reads. */
export const userColumns: SQL = sql`u.id, u.name, u.role, u.department, u.parent_id`;

/** A user from a row of {@link userColumns}. */
export function userFromRow(row: Row): User {
  return {
    userId: row['id'] as bigint,
    name: row['name'] as string,
    role: roleFromColumn(row['role'] as string),
    department: row['department'] as string,
    parentUserId: row['parent_id'] as bigint | null,
  };
}

/** @throws Error for a role that is none of ours: nobody's rights are guessed. */
export function roleFromColumn(role: string): Role {
  if (!(roles as readonly string[]).includes(role)) {
    throw new Error(`a user has the unknown role '${role}'; run seeder:doctor`);
  }
  return role as Role;
}
