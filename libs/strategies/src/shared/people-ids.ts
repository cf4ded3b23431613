import type { People } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';

const namedSql = named('strategies/people-ids');

/** The ids of the people in scope, as an id-list strategy needs them. Index: users_tree_left. */
export async function peopleIds(session: SqlSession, people: People): Promise<readonly bigint[]> {
  if ('userIds' in people) return people.userIds;
  const rows = await session.all(
    namedSql`SELECT id FROM users WHERE tree_left BETWEEN ${people.left} AND ${people.right} ORDER BY tree_left`,
  );
  return rows.map((row) => row['id'] as bigint);
}
