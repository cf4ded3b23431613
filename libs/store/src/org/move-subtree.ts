import { named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { idList } from '../id-list.ts';
import type { PlacedUser } from './chain-upwards.ts';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/move-subtree');

/** A checked move: no cycle, and everything involved in step with `parent_id`. */
export interface SubtreeMove {
  /** The moving user first, then everyone above them. */
  readonly from: readonly [PlacedUser, ...PlacedUser[]];
  /** The new parent first, then everyone above; empty for a new root. */
  readonly to: readonly PlacedUser[];
  /** People who move. */
  readonly size: number;
  /** The highest rank of all. */
  readonly lastRank: number;
}

/** Moves a subtree to the end of its new parent's: `parent_id`, closure and intervals, a fixed number of statements. */
export async function moveSubtree(session: SqlSession, move: SubtreeMove): Promise<void> {
  const [moving] = move.from;
  await moveClosure(session, move);
  await moveIntervals(session, move);
  await session.run(namedSql`UPDATE users SET parent_id = ${move.to[0]?.userId ?? null} WHERE id = ${moving.userId}`);
}

/** Indexes: primary key of user_hierarchy, users_tree_left; user_hierarchy_subordinate_id for the new rows. */
async function moveClosure(session: SqlSession, { from, to, size }: SubtreeMove): Promise<void> {
  const [moving, ...oldAbove] = from;
  if (oldAbove.length > 0) {
    // Finds the people through users, because MySQL deletes from no table that the same statement reads.
    const { affectedRows } = await session.run(namedSql`DELETE FROM user_hierarchy
      WHERE user_id IN ${idList(idsOf(oldAbove))} AND subordinate_id IN
        (SELECT u.id FROM users u WHERE u.tree_left BETWEEN ${moving.left} AND ${moving.right})`);
    if (affectedRows !== oldAbove.length * size) {
      throw outOfStep(`the closure of people below user ${moving.userId}`);
    }
  }
  const parent = to[0];
  if (!parent) return;
  await session.run(namedSql`INSERT INTO user_hierarchy (user_id, subordinate_id, depth)
    SELECT a.user_id, m.subordinate_id, a.depth + m.depth + 1
    FROM user_hierarchy a JOIN user_hierarchy m ON m.user_id = ${moving.userId}
    WHERE a.subordinate_id = ${parent.userId}`);
}

/**
 * Only ranks between the old and the new place change: the subtree goes one way, everyone between goes the other.
 * People above exactly one of the places lose or gain the subtree at their right end. Index: users_tree_left.
 */
async function moveIntervals(session: SqlSession, { from, to, size, lastRank }: SubtreeMove): Promise<void> {
  const [{ left, right }, ...oldAbove] = from;
  const lastBefore = to[0]?.right ?? lastRank;
  const isForwards = lastBefore >= right;
  const [low, high] = isForwards ? [left, lastBefore] : [lastBefore + 1, right];
  const movingBy = isForwards ? lastBefore - right : lastBefore + 1 - left;
  const othersBy = isForwards ? -size : size;
  if (movingBy !== 0) {
    const by = sql`CASE WHEN tree_left BETWEEN ${left} AND ${right} THEN ${movingBy} ELSE ${othersBy} END`;
    // tree_right first: MySQL assigns from left to right, and `by` needs the old tree_left.
    await session.run(namedSql`UPDATE users SET tree_right = tree_right + ${by},
      tree_left = tree_left + ${by} WHERE tree_left BETWEEN ${low} AND ${high}`);
  }
  const [oldIds, newIds] = [idsOf(oldAbove), idsOf(to)];
  await widen(
    session,
    oldIds.filter((id) => !newIds.includes(id)),
    -size,
  );
  await widen(
    session,
    newIds.filter((id) => !oldIds.includes(id)),
    size,
  );
}

async function widen(session: SqlSession, userIds: readonly bigint[], by: number): Promise<void> {
  if (userIds.length === 0) return;
  await session.run(namedSql`UPDATE users SET tree_right = tree_right + ${by} WHERE id IN ${idList(userIds)}`);
}

const idsOf = (people: readonly PlacedUser[]): bigint[] => people.map((person) => person.userId);
