import { named, type SqlSession } from '@finance/schema';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/last-rank');

/** Ranks are INT columns; a rank that plain SQL wrote beyond this leaves no room to shift it. */
const rankMax = 2_000_000_000;

/**
 * The highest rank in the tree, -1 in an empty one. Index: users_tree_left.
 * @throws DomainError ORG_OUT_OF_STEP when no rank can follow it
 */
export async function lastRank(session: SqlSession): Promise<number> {
  const rows = await session.all(namedSql`SELECT MAX(u.tree_left) AS last_rank FROM users u`);
  const rank = Number(rows[0]!['last_rank'] ?? -1n);
  if (rank >= rankMax) throw outOfStep('the ranks of users');
  return rank;
}
