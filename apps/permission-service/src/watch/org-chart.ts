import type { PersonChange } from '@finance/change-feed';
import type { User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { listUsers } from '@finance/store';

/** Users read at once: a few milliseconds. */
const pageSize = 1_000;

/** Who reports to whom, kept in step with the changes: some 100 bytes a person. */
export class OrgChart {
  private readonly people = new Map<bigint, Pick<User, 'parentUserId' | 'role'>>();

  /** Reads everybody in one snapshot. */
  static async load(session: SqlSession): Promise<OrgChart> {
    const chart = new OrgChart();
    const order = { column: 'user_id', descending: false } as const;
    let after: bigint | undefined;
    for (;;) {
      const place = after === undefined ? undefined : { value: after, userId: after };
      const { users, hasMore } = await listUsers(session, { order, after: place, pageSize });
      for (const { userId, parentUserId, role } of users) chart.people.set(userId, { parentUserId, role });
      if (!hasMore) return chart;
      after = users.at(-1)!.userId;
    }
  }

  apply({ table, id, after, user }: PersonChange): void {
    if (table !== 'users') return;
    if (after === null) this.people.delete(id);
    else if (user) this.people.set(id, { parentUserId: after === 0n ? null : after, role: user.role });
  }

  /**
   * Whose visible funds a change may concern, as the chart is now: the people it names unless they are admins, and the
   * supervisors above them. A user's parents are no more than places.
   */
  affectedBy({ table, id, before, after }: PersonChange): bigint[] {
    const affected = new Set<bigint>();
    const named = table === 'users' ? [id] : [before, after];
    for (const userId of named) {
      if (userId !== null && userId !== 0n && this.people.get(userId)?.role !== 'admin') affected.add(userId);
    }
    const climbed = new Set<bigint>();
    for (const start of [before, after]) {
      let userId = start === 0n ? null : start;
      while (userId !== null && !climbed.has(userId)) {
        climbed.add(userId);
        const person = this.people.get(userId);
        if (person?.role === 'supervisor') affected.add(userId);
        userId = person?.parentUserId ?? null;
      }
    }
    return [...affected];
  }
}
