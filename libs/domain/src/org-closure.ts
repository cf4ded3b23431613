/** A row of the closure: `userId` stands `depth` levels above `subordinateId`; 0 for themselves. */
export interface ClosureRow {
  readonly userId: bigint;
  readonly subordinateId: bigint;
  readonly depth: number;
}

/**
 * The complete transitive closure including self, from parent ids, in the order of `people` and then upwards.
 * A missing parent ends the chain. Must not be called with a cycle: find those with `buildOrgTree` first.
 */
export function* closureRows(people: Iterable<{ userId: bigint; parentUserId: bigint | null }>): Generator<ClosureRow> {
  const parentOf = new Map<bigint, bigint | null>();
  for (const { userId, parentUserId } of people) parentOf.set(userId, parentUserId);
  for (const subordinateId of parentOf.keys()) {
    let ancestor: bigint | null = subordinateId;
    for (let depth = 0; ancestor !== null; depth += 1) {
      if (depth > parentOf.size) throw new Error(`cycle above user ${subordinateId}`);
      yield { userId: ancestor, subordinateId, depth };
      const parent: bigint | null = parentOf.get(ancestor) ?? null;
      ancestor = parent !== null && parentOf.has(parent) ? parent : null;
    }
  }
}
