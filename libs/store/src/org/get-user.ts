import type { User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';

const namedSql = named('store/get-user');

/** One user, or undefined when there is none. Index: primary key of users. */
export async function getUser(session: SqlSession, userId: bigint): Promise<User | undefined> {
  const rows = await session.all(namedSql`SELECT ${userColumns} FROM users u WHERE u.id = ${userId}`);
  return rows[0] && userFromRow(rows[0]);
}
