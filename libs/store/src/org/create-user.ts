import type { User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** A user to be created; `userId` 0n lets the database choose, `parentUserId` null makes a root. */
export type NewUser = User;

export async function createUser(session: SqlSession, newUser: NewUser): Promise<User> {
  throw new Error(`${session.position} ${newUser.userId}`);
}
