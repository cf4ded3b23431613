import { buildOrgTree, closureRows } from '@finance/domain';
import { userColumns, userFromRow, type Database } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';

/**
 * Expects that intervals and closure are what follows from `parent_id`: no cycle, ranks dense from 0, each interval as
 * long as its subtree and inside its parent's, and exactly the closure's rows. Siblings may stand in any order.
 */
export async function expectOrgInStep(database: Database): Promise<void> {
  const { people, closure } = await database.snapshot(new AbortController().signal, async (session) => ({
    people: await session.all(sql`SELECT ${userColumns}, u.tree_left, u.tree_right FROM users u ORDER BY u.tree_left`),
    closure: await session.all(sql`SELECT h.user_id, h.subordinate_id, h.depth FROM user_hierarchy h`),
  }));
  const users = people.map(userFromRow);
  const tree = buildOrgTree(users);
  expect(tree.cyclicUserIds).toEqual([]);
  expect(people.map((row) => row['tree_left'])).toEqual(people.map((_, rank) => BigInt(rank)));

  const rightOf = new Map(people.map((row) => [row['id'], Number(row['tree_right'])]));
  const leftOf = new Map(users.map((user, rank) => [user.userId, rank]));
  for (const { userId, parentUserId } of users) {
    const { left, right } = tree.intervals.get(userId)!;
    const interval = { left: leftOf.get(userId)!, right: rightOf.get(userId)! };
    expect({ userId, length: interval.right - interval.left }).toEqual({ userId, length: right - left });
    const parentLeft = parentUserId === null ? undefined : leftOf.get(parentUserId);
    if (parentLeft === undefined) continue;
    const isInside = parentLeft < interval.left && interval.right <= rightOf.get(parentUserId)!;
    expect({ userId, isInside }).toEqual({ userId, isInside: true });
  }

  const stored = closure.map((row) => `${row['user_id']} above ${row['subordinate_id']} by ${row['depth']}`);
  const derived = Array.from(closureRows(users), (row) => `${row.userId} above ${row.subordinateId} by ${row.depth}`);
  expect(stored.sort()).toEqual(derived.sort());
}
