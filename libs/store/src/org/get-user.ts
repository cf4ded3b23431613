import type { User } from '@finance/domain';
import { userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

/** One user, or undefined when there is none. Index: primary key of users. */
export async function getUser(session: SqlSession, userId: bigint): Promise<User | undefined> {
  const rows = await session.all(sql`SELECT ${userColumns} FROM users u WHERE u.id = ${userId}`);
  return rows[0] && userFromRow(rows[0]);
}
