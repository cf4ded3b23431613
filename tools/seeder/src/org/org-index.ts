import { buildOrgTree } from '@finance/domain';
import { SeederError } from '../seeder-error.ts';

/** People by their preorder rank (`tree_left`), so that a subtree is a run of ranks. */
export interface OrgIndex {
  readonly count: number;
  /** Ids by rank; safe integers. */
  readonly userIdByRank: readonly number[];
  /** The last rank of the subtree of the person at a rank. */
  readonly rightByRank: Int32Array;
  /** Levels above the person at a rank. */
  readonly depthByRank: Int32Array;
  /** The rank of the manager; a root's own. */
  readonly managerByRank: Int32Array;
  readonly rankOf: ReadonlyMap<number, number>;
}

/** Indexes an org. @throws SeederError when it has a cycle or an id beyond 2^53 */
export function indexOrg(people: readonly { userId: number; parentUserId: number | null }[]): OrgIndex {
  const unsafe = people.find((person) => !Number.isSafeInteger(person.userId));
  if (unsafe) throw new SeederError(`user id ${unsafe.userId} is too large for generated records`);
  const tree = buildOrgTree(
    people.map(({ userId, parentUserId }) => ({
      userId: BigInt(userId),
      parentUserId: parentUserId === null ? null : BigInt(parentUserId),
    })),
  );
  if (tree.cyclicUserIds.length > 0) {
    throw new SeederError(`the org has a cycle at user ${tree.cyclicUserIds[0]}; run seeder:doctor`);
  }
  const count = people.length;
  const userIdByRank = new Array<number>(count);
  const rightByRank = new Int32Array(count);
  const depthByRank = new Int32Array(count);
  const managerByRank = new Int32Array(count);
  const rankOf = new Map<number, number>();
  for (const [userId, { left, right, depth }] of tree.intervals) {
    userIdByRank[left] = Number(userId);
    rightByRank[left] = right;
    depthByRank[left] = depth;
    rankOf.set(Number(userId), left);
  }
  for (const { userId, parentUserId } of people) {
    const rank = rankOf.get(userId)!;
    managerByRank[rank] = (parentUserId === null ? undefined : rankOf.get(parentUserId)) ?? rank;
  }
  return { count, userIdByRank, rightByRank, depthByRank, managerByRank, rankOf };
}
