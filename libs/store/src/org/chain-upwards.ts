import { orgDepthMax } from '@finance/domain';
import { named, userColumns, type Row, type SqlSession } from '@finance/schema';
import { outOfStep } from './out-of-step.ts';

const namedSql = named('store/chain-upwards');

/** A user with their stored interval. */
export interface PlacedUser {
  readonly userId: bigint;
  readonly parentUserId: bigint | null;
  /** For {@link userFromRow}: who is in the way of nothing but names need not be readable. */
  readonly row: Row;
  readonly left: number;
  readonly right: number;
}

/**
 * A user and everyone above them, nearest first, by `parent_id` alone; empty for an unknown user. Ends at a root or at
 * a parent who does not exist. A cycle is left where it would begin anew. Index: primary key of users.
 */
export async function chainUpwards(session: SqlSession, userId: bigint): Promise<PlacedUser[]> {
  // UNION drops who was found already. CROSS JOIN, because SQLite takes the chain for long and would begin with all users.
  const rows = await session.all(namedSql`WITH RECURSIVE above (id, parent_id) AS (
      SELECT s.id, s.parent_id FROM users s WHERE s.id = ${userId}
      UNION
      SELECT p.id, p.parent_id FROM above a JOIN users p ON p.id = a.parent_id
    )
    SELECT ${userColumns}, u.tree_left, u.tree_right FROM above a CROSS JOIN users u ON u.id = a.id`);
  const found = new Map(rows.map((row) => [row['id'] as bigint, row]));
  const chain: PlacedUser[] = [];
  for (let next: bigint | null = userId; next !== null; next = chain.at(-1)!.parentUserId) {
    const row = found.get(next);
    if (!row) break;
    found.delete(next);
    chain.push({
      userId: next,
      parentUserId: row['parent_id'] as bigint | null,
      row,
      left: Number(row['tree_left']),
      right: Number(row['tree_right']),
    });
  }
  return chain;
}

/**
 * Makes sure that the closure knows exactly the people of a chain and that their intervals lie in each other.
 * Index: user_hierarchy_subordinate_id.
 * @throws DomainError ORG_OUT_OF_STEP
 */
export async function assertChainInStep(session: SqlSession, chain: readonly PlacedUser[]): Promise<void> {
  const first = chain[0];
  if (!first) return;
  const { userId } = first;
  const { parentUserId } = chain.at(-1)!;
  if (chain.some((person) => person.userId === parentUserId)) throw outOfStep(`a cycle above user ${userId}`);
  if (chain.length > orgDepthMax) throw outOfStep(`more than ${orgDepthMax} levels above user ${userId}`);
  const closure = await session.all(
    namedSql`SELECT h.user_id, h.depth FROM user_hierarchy h WHERE h.subordinate_id = ${userId} ORDER BY h.depth`,
  );
  const closureAgrees =
    closure.length === chain.length &&
    closure.every((row, i) => row['user_id'] === chain[i]!.userId && row['depth'] === BigInt(i));
  if (!closureAgrees) throw outOfStep(`the closure of user ${userId}`);
  const nested = chain.every((person, i) => {
    const inner = chain[i - 1];
    return person.left <= person.right && (!inner || (person.left < inner.left && inner.right <= person.right));
  });
  if (!nested) throw outOfStep(`an interval of or above user ${userId}`);
}
