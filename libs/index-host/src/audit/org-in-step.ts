import { buildOrgTree } from '@finance/domain';
import { userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

/**
 * Whether the intervals and the closure, which SQL goes by, are those of `parent_id`, which the index goes by. Somebody
 * else's plain SQL may have changed one without the other; then neither side is wrong about what it was told.
 */
export async function isOrgInStep(session: SqlSession): Promise<boolean> {
  const rows = await session.all(sql`SELECT ${userColumns}, u.tree_left, u.tree_right FROM users u`);
  const { intervals, cyclicUserIds } = buildOrgTree(rows.map(userFromRow));
  if (cyclicUserIds.length > 0) return false;
  const stored = new Map(
    rows.map((row) => [row['id'] as bigint, [Number(row['tree_left']), Number(row['tree_right'])] as const]),
  );
  const lefts = new Set<number>();
  let closureSize = 0;
  for (const row of rows) {
    const [left, right] = stored.get(row['id'] as bigint)!;
    const expected = intervals.get(row['id'] as bigint)!;
    const parent = row['parent_id'] === null ? undefined : stored.get(row['parent_id'] as bigint);
    // Siblings may stand in any order; sizes and nesting make a tree of dense places unique otherwise.
    if (right - left !== expected.right - expected.left || lefts.has(left)) return false;
    if (parent && (left <= parent[0] || right > parent[1])) return false;
    lefts.add(left);
    closureSize += right - left + 1;
  }
  const closure = await session.all(sql`SELECT COUNT(*) AS n FROM user_hierarchy`);
  return Number(closure[0]!['n']) === closureSize;
}
