import type { User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** New values of a user's fields; absent ones stay. */
export type UserChanges = Partial<Pick<User, 'name' | 'role' | 'department'>>;

export async function updateUser(session: SqlSession, userId: bigint, changes: UserChanges): Promise<User> {
  throw new Error(`${session.position} ${userId} ${changes.name}`);
}
