import { DomainError, orgDepthMax, referenceNotFound, type User } from '@finance/domain';
import { named, isDuplicateKey, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { keyOrGenerated } from '../generated-id.ts';
import { idList } from '../id-list.ts';
import { assertChainInStep, chainUpwards } from './chain-upwards.ts';
import { lockOrg, raiseOrgVersion } from './org-lock.ts';
import { lastRank } from './last-rank.ts';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/create-user');

/** A user to be created; `userId` 0n lets the database choose, `parentUserId` null makes a root. */
export type NewUser = User;

/**
 * Adds a user as the last child of the parent, or as the last root, and returns them as stored.
 * Indexes: users_tree_left for the ranks behind, primary keys.
 * @throws DomainError USER_EXISTS, REFERENCE_NOT_FOUND for the parent, ORG_TOO_DEEP, ORG_OUT_OF_STEP where the
 * new user would touch what plain SQL has left behind; nothing is changed then
 */
export async function createUser(session: SqlSession, newUser: NewUser): Promise<User> {
  const org = await lockOrg(session);
  const { parentUserId } = newUser;
  const chain = parentUserId === null ? [] : await chainUpwards(session, parentUserId);
  const parent = chain[0];
  if (parentUserId !== null && !parent) throw referenceNotFound('user.parent_user_id', parentUserId);
  await assertChainInStep(session, chain);
  if (chain.length >= orgDepthMax) {
    throw new DomainError('ORG_TOO_DEEP', `an org has at most ${orgDepthMax} levels; choose a higher parent`, {
      level_max: String(orgDepthMax),
    });
  }

  const last = await lastRank(session);
  const rank = (parent?.right ?? last) + 1;
  const userId = await insertUser(session, newUser, rank);
  await assertNew(session, userId);
  const above = chain.map((person) => person.userId);
  if (parent) {
    await session.run(namedSql`UPDATE users SET tree_left = tree_left + 1, tree_right = tree_right + 1
      WHERE tree_left >= ${rank} AND id <> ${userId}`);
    await session.run(namedSql`UPDATE users SET tree_right = tree_right + 1 WHERE id IN ${idList(above)}`);
  }
  const closure = [userId, ...above].map((ancestor, depth) => sql`(${ancestor}, ${userId}, ${depth})`);
  await session.run(
    namedSql`INSERT INTO user_hierarchy (user_id, subordinate_id, depth) VALUES ${sql.join(closure, sql`, `)}`,
  );
  await raiseOrgVersion(session, org);
  return { ...newUser, userId };
}

/** Nobody may be there to whom others report already, or whom the closure still knows. */
async function assertNew(session: SqlSession, userId: bigint): Promise<void> {
  const rows = await session.all(namedSql`SELECT
      (SELECT MIN(c.id) FROM users c WHERE c.parent_id = ${userId}) AS report,
      (SELECT COUNT(*) FROM user_hierarchy h WHERE h.user_id = ${userId}) AS above,
      (SELECT COUNT(*) FROM user_hierarchy h WHERE h.subordinate_id = ${userId}) AS below`);
  const { report, above, below } = rows[0]!;
  if (report !== null) {
    throw new DomainError(
      'ORG_OUT_OF_STEP',
      `user ${report} reports to ${userId} although there was no such user; ` +
        'move everybody who does to another parent first, or choose another id; nothing was changed',
      { user_id: String(report) },
    );
  }
  if (above !== 0n || below !== 0n) throw outOfStep(`the closure knows user ${userId} already`);
}

async function insertUser(session: SqlSession, user: NewUser, rank: number): Promise<bigint> {
  const { userId, name, role, department, parentUserId } = user;
  try {
    const { insertId } = await session.run(namedSql`INSERT INTO users
      (id, name, role, department, parent_id, tree_left, tree_right)
      VALUES (${keyOrGenerated(userId)}, ${name}, ${role}, ${department}, ${parentUserId}, ${rank}, ${rank})`);
    return userId === 0n ? insertId : userId;
  } catch (error) {
    if (userId === 0n || !isDuplicateKey(error)) throw error;
    throw new DomainError('USER_EXISTS', `user ${userId} exists already; choose another id or none`, {
      user_id: String(userId),
    });
  }
}
