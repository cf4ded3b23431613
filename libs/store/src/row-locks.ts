import { named, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

const namedSql = named('store/row-locks');

/** Appended to a SELECT of rows that others may read and refer to, but not change or delete, until commit. */
export const forShare = ({ dialect }: SqlSession): SQL => (dialect.name === 'mysql' ? sql`FOR SHARE` : sql``);

/**
 * Whether a user exists, who then stays until commit. Index: primary key of users.
 * Rows are locked in the order users, orders, customers, so that writers wait for each other and do not deadlock.
 */
export async function holdUser(session: SqlSession, userId: bigint): Promise<boolean> {
  return (await session.all(namedSql`SELECT u.id FROM users u WHERE u.id = ${userId} ${forShare(session)}`)).length > 0;
}
