import { isRoleAbove, type User, type Writer } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import type { NewUser } from '../org/create-user.ts';
import { getUser } from '../org/get-user.ts';
import type { UserMove } from '../org/move-user.ts';
import { lockOrg } from '../org/org-lock.ts';
import type { UserChanges } from '../org/update-user.ts';
import { handOverProblem, reachOf, type Reach } from './reach.ts';
import { writeRefused } from './write-refused.ts';

/**
 * Makes sure that a writer may add a user: a confined one below people in its reach, with no role above its own. An id
 * that was chosen may be one that records name already, so it is no way into one's own reach.
 * @throws DomainError WRITE_NOT_ALLOWED
 */
export async function assertMayCreateUser(session: SqlSession, writer: Writer, user: NewUser): Promise<void> {
  const reach = await lockedReach(session, writer);
  if (!reach || reach.isEverybody) return;
  const to = [user.parentUserId ?? undefined];
  if (await handOverProblem(session, writer, reach, { from: 'new', to }))
    throw parentRefused(writer, 'user.parent_user_id');
  if (user.userId !== 0n && (await handOverProblem(session, writer, reach, { from: [], to }))) {
    throw writeRefused(writer, 'user.user_id', 'must be 0: below themselves callers let the server choose');
  }
  if (writer.isConfined) assertRole(writer, reach, user.role);
}

/**
 * Makes sure that a writer may change a user: a confined one in its reach whose role is not above its own, and gives no
 * role above its own; nobody raises their own role.
 * @throws DomainError WRITE_NOT_ALLOWED, for a confined writer alike for who is not there
 */
export async function assertMayUpdateUser(
  session: SqlSession,
  writer: Writer,
  userId: bigint,
  { role }: UserChanges,
): Promise<void> {
  const reach = await lockedReach(session, writer);
  if (!reach) return;
  if (writer.isConfined && !reach.isEverybody) {
    const target = await getUser(session, userId);
    const problem = await handOverProblem(session, writer, reach, { from: [userId], to: [] });
    if (problem || !target || isAboveOwn(reach, target.role))
      throw writeRefused(writer, 'user.user_id', 'names somebody whom the caller may not change');
  }
  if (role !== undefined && (writer.isConfined || userId === writer.userId)) assertRole(writer, reach, role);
}

/**
 * Makes sure that a writer may move a user: a confined one people below itself to people in its reach; nobody brings
 * people into their own reach.
 * @throws DomainError WRITE_NOT_ALLOWED, alike for who is not there
 */
export async function assertMayMoveUser(session: SqlSession, writer: Writer, move: UserMove): Promise<void> {
  const { userId, newParentUserId, validateOnly } = move;
  const reach = validateOnly ? await reachOf(session, writer) : await lockedReach(session, writer);
  if (!reach || reach.isEverybody) return;
  const to = newParentUserId === null && !writer.isConfined ? [] : [newParentUserId ?? undefined];
  const problem = await handOverProblem(session, writer, reach, { from: [userId], to });
  if (problem === 'thing' || (writer.isConfined && userId === writer.userId))
    throw writeRefused(writer, 'user_id', 'names somebody whom the caller may not move');
  if (problem) throw parentRefused(writer, 'new_parent_user_id');
}

/** Everything that is read after the lock includes what the writes before have done. */
async function lockedReach(session: SqlSession, writer: Writer): Promise<Reach | undefined> {
  if (writer.userId === undefined && !writer.isConfined) return undefined;
  await lockOrg(session);
  return reachOf(session, writer);
}

const isAboveOwn = (reach: Reach, role: User['role']): boolean => isRoleAbove(role, reach.role ?? 'staff');

function assertRole(writer: Writer, reach: Reach, role: User['role']): void {
  if (isAboveOwn(reach, role)) throw writeRefused(writer, 'user.role', "may not be above the caller's own");
}

const parentRefused = (writer: Writer, field: string) =>
  writeRefused(writer, field, 'names somebody whom the caller may not see, or would bring others into its own reach');
