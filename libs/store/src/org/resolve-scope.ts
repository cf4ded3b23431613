import { peopleInScope, viewerNotFound, type Scope } from '@finance/domain';
import { named, roleFromColumn, type SqlSession } from '@finance/schema';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/resolve-scope');

/**
 * What a viewer may see, with the org version of the same snapshot. Indexes: primary keys of users and org_state,
 * users_tree_left.
 * @throws DomainError VIEWER_NOT_FOUND, INTERNAL when somebody else has the viewer's place in the tree: a person
 * inserted by plain SQL would otherwise see what the owner of that place sees
 */
export async function resolveScope(session: SqlSession, viewerUserId: bigint): Promise<Scope> {
  const rows = await session.all(namedSql`SELECT u.role, u.tree_left, u.tree_right, s.version,
      (SELECT COUNT(*) FROM users p WHERE p.tree_left = u.tree_left) AS people_there
    FROM org_state s LEFT JOIN users u ON u.id = ${viewerUserId} WHERE s.id = 1`);
  const row = rows[0]!;
  if (row['role'] === null) throw viewerNotFound(viewerUserId);
  if (row['people_there'] !== 1n) throw outOfStep(`user ${viewerUserId} shares a place in the tree`);
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
