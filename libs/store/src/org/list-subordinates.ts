import { userNotFound, type User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { cutPage } from '../cut-page.ts';
import { getUser } from './get-user.ts';

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
 * The people below a user, whatever the user's role, without the user. Index: user_hierarchy_depth.
 * @throws DomainError USER_NOT_FOUND
 */
export async function listSubordinates(session: SqlSession, query: SubordinatesQuery): Promise<SubordinatePage> {
  const { userId, depthMax, after, pageSize } = query;
  if (!(await getUser(session, userId))) throw userNotFound(userId);
  const below = sql`h.user_id = ${userId} AND h.depth >= 1${depthMax > 0 ? sql` AND h.depth <= ${depthMax}` : sql``}`;
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
