import { userNotFound, type User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { cutPage } from '../cut-page.ts';
import { chunksOf, idList } from '../id-list.ts';
import { getUser } from './get-user.ts';
import { peopleBelow, type PersonBelow } from './people-below.ts';

const namedSql = named('store/list-subordinates');

/** Whose subordinates, and which page of them. */
export interface SubordinatesQuery {
  readonly userId: bigint;
  /** 1 for direct reports only; 0 for any depth. */
  readonly depthMax: number;
  /** Only people after this place. */
  readonly after?: { readonly depth: number | undefined; readonly userId: bigint } | undefined;
  /** At least 1. */
  readonly pageSize: number;
}

/** A user below another; 1 for a direct report. */
export interface Subordinate {
  readonly user: User;
  readonly depth: number;
}

/** A page of subordinates. */
export interface SubordinatePage {
  /** By depth, then user id. */
  readonly subordinates: readonly Subordinate[];
  readonly hasMore: boolean;
  /** Subordinates within the depth on all pages. */
  readonly totalSize: number;
}

/**
 * The people below a user, whatever the user's role, without the user. Index: user_hierarchy_depth while the stored
 * tree is in step with who reports to whom.
 * @throws DomainError USER_NOT_FOUND
 */
export async function listSubordinates(session: SqlSession, query: SubordinatesQuery): Promise<SubordinatePage> {
  const { userId, depthMax, after, pageSize } = query;
  if (!(await getUser(session, userId))) throw userNotFound(userId);
  const depths = depthMax > 0 ? sql`AND h.depth <= ${depthMax}` : sql``;
  const [state] = await session.all(namedSql`SELECT tree_in_step FROM org_state WHERE id = 1`);
  if (state!['tree_in_step'] !== 1n) return byParents(session, query);
  const below = sql`h.user_id = ${userId} AND h.depth >= 1 ${depths}`;
  const counts = await session.all(namedSql`SELECT COUNT(*) AS n FROM user_hierarchy h WHERE ${below}`);
  const rest = after
    ? sql` AND h.depth >= ${after.depth} AND (h.depth > ${after.depth} OR h.subordinate_id > ${after.userId})`
    : sql``;
  const rows = await session.all(namedSql`SELECT ${userColumns}, h.depth
    FROM user_hierarchy h JOIN users u ON u.id = h.subordinate_id
    WHERE ${below}${rest} ORDER BY h.depth, h.subordinate_id LIMIT ${pageSize + 1}`);
  const { items, hasMore } = cutPage(rows, pageSize);
  return {
    subordinates: items.map((row) => ({ user: userFromRow(row), depth: Number(row['depth']) })),
    hasMore,
    totalSize: Number(counts[0]!['n']),
  };
}

/** The same without the closure. Index: users_parent_id. */
async function byParents(
  session: SqlSession,
  { userId, depthMax, after, pageSize }: SubordinatesQuery,
): Promise<SubordinatePage> {
  const below = (await peopleBelow(session, userId)).filter(
    ({ depth }) => depth >= 1 && (depthMax === 0 || depth <= depthMax),
  );
  const isAfter = (person: PersonBelow): boolean =>
    after?.depth === undefined ||
    person.depth > after.depth ||
    (person.depth === after.depth && person.userId > after.userId);
  const { items, hasMore } = cutPage(below.filter(isAfter), pageSize);
  const users = new Map<bigint, User>();
  for (const chunk of chunksOf(items.map((person) => person.userId))) {
    const rows = await session.all(namedSql`SELECT ${userColumns} FROM users u WHERE u.id IN ${idList(chunk)}`);
    for (const row of rows) users.set(row['id'] as bigint, userFromRow(row));
  }
  return {
    subordinates: items.map((person) => ({ user: users.get(person.userId)!, depth: person.depth })),
    hasMore,
    totalSize: below.length,
  };
}
