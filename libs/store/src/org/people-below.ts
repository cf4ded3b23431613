import { named, type SqlSession } from '@finance/schema';

const namedSql = named('store/people-below');

/** A person at or below another; 0 for themselves, 1 for a direct report. */
export interface PersonBelow {
  readonly userId: bigint;
  readonly depth: number;
}

/**
 * A user and everybody below by `parent_id` alone, by depth, then id; nobody for an unknown user. It is right whatever
 * the stored tree says, and ends at a cycle. Index: users_parent_id.
 */
export async function peopleBelow(session: SqlSession, userId: bigint): Promise<PersonBelow[]> {
  // UNION drops who was found already. CROSS JOIN, because SQLite takes the subtree for large and would begin with all users.
  const rows = await session.all(namedSql`WITH RECURSIVE below (id, parent_id) AS (
      SELECT s.id, s.parent_id FROM users s WHERE s.id = ${userId}
      UNION
      SELECT c.id, c.parent_id FROM below b CROSS JOIN users c ON c.parent_id = b.id
    )
    SELECT b.id, b.parent_id FROM below b ORDER BY b.id`);
  const childrenOf = new Map<bigint, bigint[]>();
  for (const row of rows) {
    const [id, parentId] = [row['id'] as bigint, row['parent_id'] as bigint | null];
    if (parentId === null || id === userId) continue;
    const children = childrenOf.get(parentId);
    if (children) children.push(id);
    else childrenOf.set(parentId, [id]);
  }
  const found: PersonBelow[] = [];
  let level = rows.length === 0 ? [] : [userId];
  for (let depth = 0; level.length > 0; depth += 1) {
    found.push(...level.map((id) => ({ userId: id, depth })));
    level = level.flatMap((id) => childrenOf.get(id) ?? []).sort((a, b) => (a < b ? -1 : 1));
  }
  return found;
}
