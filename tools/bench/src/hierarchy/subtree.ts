import type { User } from '@finance/domain';

/** The people of a subtree by levels below the top, from parent ids alone. */
export interface Subtree {
  readonly levels: readonly (readonly bigint[])[];
}

/** Everybody's direct reports. */
export function reportsByManager(users: readonly User[]): ReadonlyMap<bigint, readonly bigint[]> {
  const reports = new Map<bigint, bigint[]>();
  for (const { parentUserId, userId } of users) {
    if (parentUserId === null) continue;
    const siblings = reports.get(parentUserId);
    if (siblings) siblings.push(userId);
    else reports.set(parentUserId, [userId]);
  }
  return reports;
}

/** The subtree below somebody. The org must be free of cycles. */
export function subtreeOf(top: bigint, reports: ReadonlyMap<bigint, readonly bigint[]>): Subtree {
  const levels: bigint[][] = [];
  for (let level = [top]; level.length > 0; level = level.flatMap((id) => [...(reports.get(id) ?? [])])) {
    levels.push(level);
  }
  return { levels };
}
