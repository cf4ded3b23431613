import type { Database } from '@finance/schema';
import type { Inconsistency } from '@finance/strategies';
import { sql } from 'drizzle-orm';
import type { Judge } from '../questions/judge.ts';

const byId = { column: 'fund_id', descending: false } as const;

/** The ids that the oracle finds for a viewer. */
const visibleIds = (judge: Judge, viewer: bigint): Set<bigint> =>
  new Set(judge.visibleFunds(viewer, byId).map(({ fundId }) => fundId));

/** Rows of a viewer that the view has too much or too little, read by a statement of the bench's own. */
export async function differencesFromOracle(
  database: Database,
  judge: Judge,
  viewer: bigint,
  signal: AbortSignal,
): Promise<number> {
  const rows = await database.snapshot(signal, (session) =>
    session.all(sql`SELECT fund_id FROM materialized_funds WHERE viewer_user_id = ${viewer}`),
  );
  const expected = visibleIds(judge, viewer);
  const right = rows.filter((row) => expected.has(row['fund_id'] as bigint)).length;
  return rows.length - right + (expected.size - right);
}

/** What a view of the state before must have wrong after a change. */
export function expectedInconsistencies(before: Judge, after: Judge, viewers: readonly bigint[]): Inconsistency[] {
  return viewers.flatMap((viewerUserId) => {
    const [old, now] = [visibleIds(before, viewerUserId), visibleIds(after, viewerUserId)];
    const shownWrongly = [...old].filter((id) => !now.has(id));
    const missing = [...now].filter((id) => !old.has(id));
    return shownWrongly.length + missing.length === 0 ? [] : [{ viewerUserId, shownWrongly, missing }];
  });
}

/** Whether two reports say the same, in whatever order. */
export function areSame(a: readonly Inconsistency[], b: readonly Inconsistency[]): boolean {
  const others = new Map(b.map((each) => [each.viewerUserId, each]));
  const isSameSet = (left: readonly bigint[], right: readonly bigint[]): boolean => {
    const ids = new Set(right);
    return left.length === right.length && left.every((id) => ids.has(id));
  };
  return (
    a.length === b.length &&
    a.every(({ viewerUserId, shownWrongly, missing }) => {
      const other = others.get(viewerUserId);
      return other && isSameSet(shownWrongly, other.shownWrongly) && isSameSet(missing, other.missing);
    })
  );
}
