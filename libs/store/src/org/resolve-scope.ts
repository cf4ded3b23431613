import { peopleInScope, type Scope } from '@finance/domain';
import { roleFromColumn, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { viewerNotFound } from '../not-found.ts';

/**
 * What a viewer may see, with the org version of the same snapshot. Indexes: primary keys of users and org_state.
 * @throws DomainError VIEWER_NOT_FOUND
 */
export async function resolveScope(session: SqlSession, viewerUserId: bigint): Promise<Scope> {
  const rows = await session.all(sql`SELECT u.role, u.tree_left, u.tree_right, s.version
    FROM users u JOIN org_state s ON s.id = 1 WHERE u.id = ${viewerUserId}`);
  const row = rows[0];
  if (!row) throw viewerNotFound(viewerUserId);
  const role = roleFromColumn(row['role'] as string);
  const [treeLeft, treeRight] = [Number(row['tree_left']), Number(row['tree_right'])];
  return {
    viewerUserId,
    role,
    people: peopleInScope(role, treeLeft, treeRight),
    subordinateCount: treeRight - treeLeft,
    orgVersion: row['version'] as bigint,
  };
}
