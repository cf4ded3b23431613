/** The place of a person in the tree: in somebody's subtree iff `left <= their left <= right`. */
export interface TreeInterval {
  readonly left: number;
  readonly right: number;
  /** 0 at a root. */
  readonly depth: number;
}

/** What is derived from `parent_id`, and what is wrong with it. */
export interface OrgTree {
  /** Preorder ranks from 0 without gaps; children in id order, roots in id order. Only people on a sound tree. */
  readonly intervals: ReadonlyMap<bigint, TreeInterval>;
  /** People on or below a cycle: no place in a tree. By id. */
  readonly cyclicUserIds: readonly bigint[];
  /** People whose parent does not exist, by id; the tree takes them as roots. */
  readonly orphanUserIds: readonly bigint[];
}

/**
 * Builds the tree from parent ids alone. O(n log n) time, no recursion, so any depth is safe.
 */
export function buildOrgTree(people: Iterable<{ userId: bigint; parentUserId: bigint | null }>): OrgTree {
  const sorted = [...people].sort((a, b) => (a.userId < b.userId ? -1 : 1));
  const known = new Set(sorted.map((person) => person.userId));
  const childrenOf = new Map<bigint, bigint[]>();
  const roots: bigint[] = [];
  const orphanUserIds: bigint[] = [];
  for (const { userId, parentUserId } of sorted) {
    if (parentUserId === null) roots.push(userId);
    else if (!known.has(parentUserId)) {
      orphanUserIds.push(userId);
      roots.push(userId);
    } else {
      const siblings = childrenOf.get(parentUserId);
      if (siblings) siblings.push(userId);
      else childrenOf.set(parentUserId, [userId]);
    }
  }

  const intervals = new Map<bigint, { left: number; right: number; depth: number }>();
  const open: { userId: bigint; nextChild: number }[] = [];
  let rank = 0;
  const enter = (userId: bigint): void => {
    intervals.set(userId, { left: rank, right: rank, depth: open.length });
    rank += 1;
    open.push({ userId, nextChild: 0 });
  };
  for (const root of roots) {
    enter(root);
    while (open.length > 0) {
      const top = open[open.length - 1]!;
      const child = childrenOf.get(top.userId)?.[top.nextChild];
      top.nextChild += 1;
      if (child === undefined) {
        intervals.get(top.userId)!.right = rank - 1;
        open.pop();
      } else enter(child);
    }
  }
  // People that no root reaches stand on or below a cycle.
  const cyclicUserIds = sorted.map((person) => person.userId).filter((userId) => !intervals.has(userId));
  return { intervals, cyclicUserIds, orphanUserIds };
}
