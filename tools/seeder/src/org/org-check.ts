import { buildOrgTree, closureRows, type ClosureRow, type OrgTree, type TreeInterval } from '@finance/domain';
import type { SqlConnection, SqlRow } from '../database/sql-connection.ts';

/** A person as the org's truth has them. */
export interface OrgPerson {
  readonly userId: bigint;
  readonly parentUserId: bigint | null;
}

/** What is stored of an org compared with what follows from `parent_id`. */
export interface OrgCheck {
  /** In id order. */
  readonly people: readonly OrgPerson[];
  readonly tree: OrgTree;
  /**
   * People whose stored interval is another than the one given here; nobody while the stored intervals lie in each
   * other as they should, in whatever order siblings stand.
   */
  readonly wrongIntervals: readonly { readonly userId: bigint; readonly interval: TreeInterval }[];
  /** Closure rows that are not stored. */
  readonly missingClosureRows: readonly ClosureRow[];
  /** Stored closure rows that do not follow from `parent_id`. */
  readonly wrongClosureRows: readonly ClosureRow[];
}

/** Reads the org and its closure once. People on cycles have no right interval or closure: theirs are not judged. */
export async function checkOrg(connection: SqlConnection): Promise<OrgCheck> {
  const rows = await connection.all('SELECT id, parent_id, tree_left, tree_right FROM users ORDER BY id');
  const people = rows.map((row) => ({
    userId: row['id'] as bigint,
    parentUserId: row['parent_id'] as bigint | null,
  }));
  const tree = buildOrgTree(people);
  const wrongIntervals = isSound(rows, tree)
    ? []
    : rows.flatMap((row) => {
        const userId = row['id'] as bigint;
        const interval = tree.intervals.get(userId);
        const isRight =
          !interval || (BigInt(interval.left) === row['tree_left'] && BigInt(interval.right) === row['tree_right']);
        return isRight ? [] : [{ userId, interval }];
      });
  return { people, tree, wrongIntervals, ...(await compareClosure(connection, people, tree)) };
}

/** Whether the stored intervals, in any order of siblings, are a tree's: one place each, as long as it should, inside the parent's. */
function isSound(rows: readonly SqlRow[], { intervals, cyclicUserIds }: OrgTree): boolean {
  const stored = new Map(
    rows.map((row) => [row['id'], { left: Number(row['tree_left']), right: Number(row['tree_right']) }]),
  );
  const places = new Set(Array.from(stored.values(), ({ left }) => left));
  if (cyclicUserIds.length > 0 || places.size !== rows.length) return false;
  return rows.every((row) => {
    const { left, right } = stored.get(row['id']!)!;
    const interval = intervals.get(row['id'] as bigint)!;
    const parent = row['parent_id'] === null ? undefined : stored.get(row['parent_id']!);
    return (
      right - left === interval.right - interval.left && (!parent || (parent.left < left && right <= parent.right))
    );
  });
}

async function compareClosure(connection: SqlConnection, people: readonly OrgPerson[], tree: OrgTree) {
  const missingClosureRows: ClosureRow[] = [];
  const wrongClosureRows: ClosureRow[] = [];
  const sound = people.filter((person) => tree.intervals.has(person.userId));
  const cyclic = new Set(tree.cyclicUserIds);
  const expected = closureRows(sound);
  let next = expected.next();
  // In the order of closureRows.
  const stored = connection.stream(
    'SELECT subordinate_id, depth, user_id FROM user_hierarchy ORDER BY subordinate_id, depth, user_id',
  );
  for await (const cells of stored) {
    const row = { subordinateId: BigInt(cells[0]!), depth: Number(cells[1]), userId: BigInt(cells[2]!) };
    while (!next.done && compare(next.value, row) < 0) {
      missingClosureRows.push(next.value);
      next = expected.next();
    }
    if (!next.done && compare(next.value, row) === 0) next = expected.next();
    else if (!cyclic.has(row.subordinateId)) wrongClosureRows.push(row);
  }
  for (; !next.done; next = expected.next()) missingClosureRows.push(next.value);
  return { missingClosureRows, wrongClosureRows };
}

function compare(a: ClosureRow, b: ClosureRow): number {
  if (a.subordinateId !== b.subordinateId) return a.subordinateId < b.subordinateId ? -1 : 1;
  if (a.depth !== b.depth) return a.depth - b.depth;
  return a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0;
}
