import { sql, type SQL } from 'drizzle-orm';
import type { HierarchyCell } from '../result-types.ts';

/** A way to find the people of a subtree, the top included. */
export interface HierarchyWay {
  readonly name: HierarchyCell['way'];
  /** The statement, whose rows hold `id`; undefined where the way knows no depth and one is asked for. */
  statement(userId: bigint, depthMax: number | null): SQL | undefined;
}

/** All ways, the one that needs no derived data first. */
export const hierarchyWays: readonly HierarchyWay[] = [
  {
    name: 'recursive-cte',
    statement: (userId, depthMax) => sql`WITH RECURSIVE below (id, depth) AS (
        SELECT u.id, 0 FROM users u WHERE u.id = ${userId}
        UNION ALL SELECT u.id, b.depth + 1 FROM below b JOIN users u ON u.parent_id = b.id
        ${depthMax === null ? sql`` : sql`WHERE b.depth < ${depthMax}`})
      SELECT id FROM below`,
  },
  {
    name: 'closure',
    statement: (userId, depthMax) => sql`SELECT h.subordinate_id AS id FROM user_hierarchy h
      WHERE h.user_id = ${userId} ${depthMax === null ? sql`` : sql`AND h.depth <= ${depthMax}`}`,
  },
  {
    name: 'interval',
    statement: (userId, depthMax) =>
      depthMax === null
        ? sql`SELECT p.id FROM users t JOIN users p ON p.tree_left BETWEEN t.tree_left AND t.tree_right
            WHERE t.id = ${userId}`
        : undefined,
  },
];
