import type { Role, User } from '@finance/domain';
import { named, userColumns, userFromRow, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { cutPage } from '../cut-page.ts';

const namedSql = named('store/list-users');

/** A total order of users: `user_id` breaks ties in the same direction. Names compare by their bytes. */
export interface UserOrder {
  readonly column: 'user_id' | 'name';
  readonly descending: boolean;
}

/** Which users, and which page of them. */
export interface UserListQuery {
  readonly role?: Role | undefined;
  /** Exactly this department; `''` is one too. */
  readonly department?: string | undefined;
  readonly order: UserOrder;
  /** Only users after this place; `value` is the name, or the user id again when that is the order. */
  readonly after?: { readonly value: string | bigint; readonly userId: bigint } | undefined;
  /** At least 1. */
  readonly pageSize: number;
}

/** A page of users. */
export interface UserPage {
  /** In the requested order. */
  readonly users: readonly User[];
  readonly hasMore: boolean;
  /** Matching users on all pages. */
  readonly totalSize: number;
}

/**
 * One page of users and how many match. Indexes: users_role or users_department for the filters, the primary key or
 * users_name for the order.
 */
export async function listUsers(session: SqlSession, query: UserListQuery): Promise<UserPage> {
  const matching = matches(query);
  const counts = await session.all(namedSql`SELECT COUNT(*) AS n FROM users u WHERE ${matching}`);
  const rows = await session.all(namedSql`SELECT ${userColumns} FROM users u WHERE ${matching} AND ${isAfter(query)}
    ORDER BY ${orderBy(query.order)} LIMIT ${query.pageSize + 1}`);
  const { items, hasMore } = cutPage(rows, query.pageSize);
  return { users: items.map(userFromRow), hasMore, totalSize: Number(counts[0]!['n']) };
}

function matches({ role, department }: UserListQuery): SQL {
  const conditions: SQL[] = [];
  if (role !== undefined) conditions.push(sql`u.role = ${role}`);
  if (department !== undefined) {
    // MySQL's = overlooks spaces at the end; the length does not.
    conditions.push(sql`u.department = ${department} AND LENGTH(u.department) = LENGTH(${department})`);
  }
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` AND `);
}

function isAfter({ after, order }: UserListQuery): SQL {
  if (!after) return sql`1 = 1`;
  const beyond = sql.raw(order.descending ? '<' : '>');
  if (order.column === 'user_id') return sql`u.id ${beyond} ${after.userId}`;
  return sql`(u.name ${beyond}= ${after.value} AND (u.name ${beyond} ${after.value} OR u.id ${beyond} ${after.userId}))`;
}

function orderBy({ column, descending }: UserOrder): SQL {
  const direction = sql.raw(descending ? 'DESC' : 'ASC');
  return column === 'user_id' ? sql`u.id ${direction}` : sql`u.name ${direction}, u.id ${direction}`;
}
