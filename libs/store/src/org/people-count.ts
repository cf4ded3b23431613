import { named, type SqlSession } from '@finance/schema';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/people-count');

/**
 * How many people there are, which is also the next free rank of the tree. Index: users_tree_left.
 * @throws DomainError INTERNAL when the ranks have gaps or doubles, as after an INSERT by other means
 */
export async function peopleCount(session: SqlSession): Promise<number> {
  const rows = await session.all(namedSql`SELECT COUNT(*) AS people, MAX(u.tree_left) AS last_rank FROM users u`);
  const people = Number(rows[0]!['people']);
  if (people !== Number(rows[0]!['last_rank'] ?? -1n) + 1) throw outOfStep('the ranks of users');
  return people;
}
