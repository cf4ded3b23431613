import type { PersonChange } from '@finance/change-feed';
import type { SqlSession } from '@finance/schema';
import { listPlaces, type PersonPlace } from '@finance/store';

/** Users read at once: a few milliseconds. */
const pageSize = 1_000;

/** Who reports to whom, kept in step with the changes: some 100 bytes a person. */
export class OrgChart {
  private readonly people = new Map<bigint, Pick<PersonPlace, 'parentUserId' | 'role'>>();

  /** Reads everybody in one snapshot. */
  static async load(session: SqlSession): Promise<OrgChart> {
    const chart = new OrgChart();
    let after: bigint | undefined;
    for (;;) {
      const places = await listPlaces(session, after, pageSize);
      for (const { userId, parentUserId, role } of places) chart.people.set(userId, { parentUserId, role });
      if (places.length < pageSize) return chart;
      after = places.at(-1)!.userId;
    }
  }

  apply({ table, id, after, user }: PersonChange): void {
    if (table !== 'users') return;
    if (after === null) this.people.delete(id);
    else {
      const role = user ? user.role : this.people.get(id)?.role;
      this.people.set(id, { parentUserId: after === 0n ? null : after, role });
    }
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
