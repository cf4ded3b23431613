import { peopleInScope, viewerNotFound, type Role, type Scope } from '@finance/domain';
import { named, roleFromRow, type SqlSession } from '@finance/schema';
import { peopleBelow } from './people-below.ts';

const namedSql = named('store/resolve-scope');

/**
 * What a viewer may see in the session's snapshot: an interval while the stored tree is in step with who reports to
 * whom, else the people by `parent_id`, which takes longer. Indexes: primary keys of users and org_state.
 * @throws DomainError VIEWER_NOT_FOUND, RECORD_UNREADABLE for a role that is none of ours
 */
export async function resolveScope(session: SqlSession, viewerUserId: bigint): Promise<Scope> {
  const rows = await session.all(namedSql`SELECT u.role, u.tree_left, u.tree_right, s.version, s.tree_in_step
    FROM org_state s LEFT JOIN users u ON u.id = ${viewerUserId} WHERE s.id = 1`);
  const row = rows[0]!;
  if (row['role'] === null) throw viewerNotFound(viewerUserId);
  const role = roleFromRow({ ...row, id: viewerUserId });
  const orgVersion = row['version'] as bigint;
  if (row['tree_in_step'] !== 1n)
    return { viewerUserId, role, orgVersion, ...(await byParents(session, viewerUserId, role)) };
  const [treeLeft, treeRight] = [Number(row['tree_left']), Number(row['tree_right'])];
  return {
    viewerUserId,
    role,
    people: peopleInScope(role, treeLeft, treeRight),
    subordinateCount: treeRight - treeLeft,
    orgVersion,
  };
}

async function byParents(
  session: SqlSession,
  viewerUserId: bigint,
  role: Role,
): Promise<Pick<Scope, 'people' | 'subordinateCount'>> {
  const below = await peopleBelow(session, viewerUserId);
  const userIds = role === 'staff' ? [viewerUserId] : below.map(({ userId }) => userId);
  return { people: role === 'admin' ? null : { userIds }, subordinateCount: below.length - 1 };
}
