import { userNotFound, type User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { lockOrg, raiseOrgVersion } from './org-lock.ts';

const namedSql = named('store/update-user');

/** New values of a user's fields; absent ones stay. */
export type UserChanges = Partial<Pick<User, 'name' | 'role' | 'department'>>;

/**
 * Changes a user and returns them as stored. Another role gives the org its next version. Index: primary key of users.
 * @throws DomainError USER_NOT_FOUND
 */
export async function updateUser(session: SqlSession, userId: bigint, changes: UserChanges): Promise<User> {
  const org = await lockOrg(session);
  const rows = await session.all(
    namedSql`SELECT ${userColumns} FROM users u WHERE u.id = ${userId} ${session.dialect.forUpdate}`,
  );
  if (!rows[0]) throw userNotFound(userId);
  const before = userFromRow(rows[0]);
  const after: User = { ...before, ...changes };
  await session.run(namedSql`UPDATE users
    SET name = ${after.name}, role = ${after.role}, department = ${after.department} WHERE id = ${userId}`);
  if (after.role !== before.role) await raiseOrgVersion(session, org);
  return after;
}
