import { orgDepthMax } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import type { PlacedUser } from './chain-upwards.ts';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/subtree-in-step');

/** What hangs below a user. */
export interface Subtree {
  /** People, the user included. */
  readonly size: number;
  /** Levels below the user; 0 for nobody. */
  readonly height: number;
}

/**
 * Measures a user's subtree by `parent_id`, and makes sure that the interval and the closure hold exactly the same
 * people. Indexes: users_parent_id, users_tree_left, user_hierarchy's primary key.
 * @throws DomainError ORG_OUT_OF_STEP
 */
export async function subtreeInStep(session: SqlSession, top: PlacedUser): Promise<Subtree> {
  const { left, right, userId } = top;
  // CROSS JOIN, because SQLite takes the subtree for large and would begin with all users.
  const rows = await session.all(namedSql`WITH RECURSIVE below (id, depth) AS (
      SELECT s.id, 0 FROM users s WHERE s.id = ${userId}
      UNION ALL
      SELECT c.id, b.depth + 1 FROM below b JOIN users c ON c.parent_id = b.id WHERE b.depth < ${orgDepthMax}
    )
    SELECT COUNT(*) AS people, MAX(b.depth) AS height,
      COUNT(CASE WHEN u.tree_left BETWEEN ${left} AND ${right} AND h.depth = b.depth THEN 1 END) AS agreeing,
      (SELECT COUNT(*) FROM users i WHERE i.tree_left BETWEEN ${left} AND ${right}) AS in_interval,
      (SELECT COUNT(*) FROM user_hierarchy k WHERE k.user_id = ${userId}) AS in_closure
    FROM below b CROSS JOIN users u ON u.id = b.id
      LEFT JOIN user_hierarchy h ON h.user_id = ${userId} AND h.subordinate_id = b.id`);
  const row = rows[0]!;
  const size = right - left + 1;
  for (const count of ['people', 'agreeing', 'in_interval', 'in_closure']) {
    if (Number(row[count]) !== size) throw outOfStep(`the subtree of user ${userId}`);
  }
  return { size, height: Number(row['height']) };
}
