import { roles, type Role } from '@finance/domain';
import { isInteger, named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

const namedSql = named('store/list-places');

/** Where somebody stands, whatever else of them cannot be read. */
export interface PersonPlace {
  readonly userId: bigint;
  /** Null at the top, and where there is no such person. */
  readonly parentUserId: bigint | null;
  /** Undefined for a word that is none of the roles. */
  readonly role: Role | undefined;
}

/**
 * The next people by id after one, at most `count`; those whose ids are beyond the contract's are nobody's manager here.
 * Index: primary key of users.
 */
export async function listPlaces(
  session: SqlSession,
  after: bigint | undefined,
  count: number,
): Promise<PersonPlace[]> {
  const rest = after === undefined ? sql`` : sql`WHERE u.id > ${after}`;
  const rows = await session.all(
    namedSql`SELECT u.id, u.parent_id, u.role FROM users u ${rest} ORDER BY u.id LIMIT ${count}`,
  );
  return rows.map(({ id, parent_id: parent, role }) => ({
    userId: id as bigint,
    parentUserId: isInteger(parent) ? parent : null,
    role: roles.find((each) => each === role),
  }));
}
