import { DomainError, orgDepthMax, referenceNotFound, userNotFound, type User } from '@finance/domain';
import { orgVersion as readOrgVersion, userFromRow, type SqlSession } from '@finance/schema';
import { assertChainInStep, chainUpwards, type PlacedUser } from './chain-upwards.ts';
import { countTouchingFunds } from './count-touching-funds.ts';
import { moveSubtree } from './move-subtree.ts';
import { lockOrg, raiseOrgVersion } from './org-lock.ts';
import { lastRank } from './last-rank.ts';
import { subtreeInStep } from './subtree-in-step.ts';

/** Who moves where. */
export interface UserMove {
  readonly userId: bigint;
  /** Null makes the user a root. */
  readonly newParentUserId: bigint | null;
  /** When present, the move happens only at this org version. */
  readonly expectedOrgVersion?: bigint | undefined;
  /** Checks and counts, changes and locks nothing: may run in a snapshot. */
  readonly validateOnly: boolean;
}

/** What a move did, or would do. */
export interface MoveResult {
  /** The user after the move, or as they would be. */
  readonly user: User;
  /** People who move: the user and everyone below; 0 when the parent stays. */
  readonly affectedUserCount: number;
  /** Distinct funds that touch any of them; 0 when the parent stays. */
  readonly affectedFundCount: number;
  /** After the move; the present one for `validateOnly`. */
  readonly orgVersion: bigint;
}

/**
 * Moves a user with everyone below to the end of another parent's subtree. Cycles are looked for in `parent_id`.
 * @throws DomainError USER_NOT_FOUND, REFERENCE_NOT_FOUND for the parent, ORG_CYCLE (also for the user themselves),
 * ORG_TOO_DEEP, ORG_VERSION_CONFLICT, ORG_OUT_OF_STEP where the move would touch what plain SQL has left behind;
 * nothing is changed then
 */
export async function moveUser(session: SqlSession, move: UserMove): Promise<MoveResult> {
  const { userId, newParentUserId, validateOnly } = move;
  const org = validateOnly ? undefined : await lockOrg(session);
  const orgVersion = org?.version ?? (await readOrgVersion(session));
  const [moving, ...above] = await chainUpwards(session, userId);
  if (!moving) throw userNotFound(userId);
  assertVersion(move.expectedOrgVersion, orgVersion);
  const to = newParentUserId === null ? [] : await chainUpwards(session, newParentUserId);
  if (newParentUserId !== null && to.length === 0) throw referenceNotFound('new_parent_user_id', newParentUserId);
  assertNoCycle(userId, to);

  const from = [moving, ...above] as const;
  await assertChainInStep(session, from);
  await assertChainInStep(session, to);
  const { size, height } = await subtreeInStep(session, moving);
  if (to.length + 1 + height > orgDepthMax) {
    throw new DomainError('ORG_TOO_DEEP', `an org has at most ${orgDepthMax} levels; choose a higher parent`, {
      level_max: String(orgDepthMax),
    });
  }

  const user: User = { ...userFromRow(moving.row), parentUserId: newParentUserId };
  if (moving.parentUserId === newParentUserId) {
    return { user, affectedUserCount: 0, affectedFundCount: 0, orgVersion };
  }
  const affected = { affectedUserCount: size, affectedFundCount: await countTouchingFunds(session, moving) };
  if (!org) return { user, ...affected, orgVersion };
  await moveSubtree(session, { from, to, size, lastRank: await lastRank(session) });
  return { user, ...affected, orgVersion: await raiseOrgVersion(session, org) };
}

function assertVersion(expected: bigint | undefined, actual: bigint): void {
  if (expected === undefined || expected === actual) return;
  throw new DomainError(
    'ORG_VERSION_CONFLICT',
    `the org is at version ${actual}, not ${expected}; read it again and decide anew`,
    { expected: String(expected), actual: String(actual) },
  );
}

function assertNoCycle(userId: bigint, newChain: readonly PlacedUser[]): void {
  if (!newChain.some((person) => person.userId === userId)) return;
  const newParentUserId = newChain[0]!.userId;
  const problem =
    newParentUserId === userId
      ? `user ${userId} cannot report to themselves`
      : `user ${userId} cannot report to user ${newParentUserId}, who stands below them; move that user first`;
  throw new DomainError('ORG_CYCLE', problem, {
    user_id: String(userId),
    new_parent_user_id: String(newParentUserId),
  });
}
