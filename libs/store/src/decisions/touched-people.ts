import { bases, type Basis } from '@finance/domain';
import { named, personTouchedBy, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

const namedSql = named('store/touched-people');

/** A person whom a fund touches; they need not exist. */
export interface TouchedPerson {
  readonly basis: Basis;
  readonly userId: bigint;
}

/**
 * Whom a fund touches, in the rule's order; no entry where a record is missing, undefined for a fund that does not
 * exist. Indexes: primary keys.
 */
export async function touchedPeople(session: SqlSession, fundId: bigint): Promise<TouchedPerson[] | undefined> {
  const persons = bases.map((basis) => sql`${personTouchedBy(basis)} AS ${sql.raw(basis.name)}`);
  const rows = await session.all(
    namedSql`SELECT ${sql.join(persons, sql`, `)} FROM financial_funds f WHERE f.fund_id = ${fundId}`,
  );
  const row = rows[0];
  if (!row) return undefined;
  return bases.flatMap((basis) => {
    const userId = row[basis.name] as bigint | null;
    return userId === null ? [] : [{ basis, userId }];
  });
}
