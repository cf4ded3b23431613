import { fundNotFound, type BasisName, type User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { cutPage } from '../cut-page.ts';
import { chainUpwards } from '../org/chain-upwards.ts';
import { touchedPeople, type TouchedPerson } from './touched-people.ts';

const namedSql = named('store/list-fund-viewers');

/** Whose viewers, and which page of them. */
export interface FundViewersQuery {
  readonly fundId: bigint;
  /** Only viewers with a higher user id. */
  readonly after?: bigint | undefined;
  /** At least 1. */
  readonly pageSize: number;
}

/** Somebody who may see a fund. */
export interface FundViewer {
  readonly user: User;
  /** Bases on which the fund touches the viewer or, unless they are staff, somebody below; in the rule's order. */
  readonly bases: readonly BasisName[];
}

/** A page of viewers. */
export interface FundViewerPage {
  /** By user id. */
  readonly viewers: readonly FundViewer[];
  readonly hasMore: boolean;
  /** Viewers on all pages. */
  readonly totalSize: number;
}

/**
 * Everyone who may see a fund: the people it touches, the supervisors above them, and all admins.
 * Follows `parent_id` alone; reads the page's admins and the people above for each basis. Indexes: primary key of users,
 * users_role.
 * @throws DomainError FUND_NOT_FOUND, RECORD_UNREADABLE for people on these ways
 */
export async function listFundViewers(session: SqlSession, query: FundViewersQuery): Promise<FundViewerPage> {
  const { fundId, after, pageSize } = query;
  const touched = await touchedPeople(session, fundId);
  if (!touched) throw fundNotFound(fundId);
  const reached = await viewersByReach(session, touched);

  const counts = await session.all(namedSql`SELECT COUNT(*) AS n FROM users u WHERE u.role = 'admin'`);
  const beyond = after === undefined ? sql`` : sql` AND u.id > ${after}`;
  const admins = await session.all(namedSql`SELECT ${userColumns} FROM users u
    WHERE u.role = 'admin'${beyond} ORDER BY u.id LIMIT ${pageSize + 1}`);

  const viewers = [...reached.values()].filter(({ user }) => user.role !== 'admin');
  const candidates = [
    ...viewers.filter(({ user }) => after === undefined || user.userId > after),
    ...admins.map((row) => {
      const user = userFromRow(row);
      return reached.get(user.userId) ?? { user, bases: [] };
    }),
  ].sort((a, b) => (a.user.userId < b.user.userId ? -1 : 1));
  const { items, hasMore } = cutPage(candidates, pageSize);
  return { viewers: items, hasMore, totalSize: viewers.length + Number(counts[0]!['n']) };
}

/** The touched people and those above them in whose reach they are, with the bases, by user id. */
async function viewersByReach(
  session: SqlSession,
  touched: readonly TouchedPerson[],
): Promise<Map<bigint, { user: User; bases: BasisName[] }>> {
  const viewers = new Map<bigint, { user: User; bases: BasisName[] }>();
  for (const { basis, userId } of touched) {
    // A dangling id is no person, so nobody stands above it.
    for (const { row } of await chainUpwards(session, userId)) {
      const user = userFromRow(row);
      if (user.role === 'staff' && user.userId !== userId) continue;
      const viewer = viewers.get(user.userId) ?? { user, bases: [] };
      viewer.bases.push(basis.name);
      viewers.set(user.userId, viewer);
    }
  }
  return viewers;
}
