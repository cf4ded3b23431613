import { bases, type Basis } from '@finance/domain';
import { named, fundsTouching, personTouchedBy, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

const namedSql = named('store/count-touching-funds');

/**
 * How many distinct funds touch anyone in an interval. Counts each basis without the funds of those before it, so that
 * nothing has to be remembered and made distinct. Indexes: users_tree_left, then each basis's own
 * (financial_funds_handle_by; orders_user_id, financial_funds_order_id; customers_admin_user_id,
 * financial_funds_customer_id).
 */
export async function countTouchingFunds(
  session: SqlSession,
  people: { readonly left: number; readonly right: number },
): Promise<number> {
  const isInside = (user: SQL): SQL => sql`${user}.tree_left BETWEEN ${people.left} AND ${people.right}`;
  // An IN that is compared, because MySQL turns any NOT EXISTS into a join that reads all users, for one person, too.
  const touches = (basis: Basis): SQL =>
    sql`COALESCE(${personTouchedBy(basis)} IN (SELECT p.id FROM users p WHERE ${isInside(sql`p`)}), 0)`;
  const counts = bases.map((basis, i) => {
    const earlier = bases.slice(0, i).map((counted) => sql` AND ${touches(counted)} = 0`);
    return sql`(SELECT COUNT(*) FROM users m JOIN ${fundsTouching(basis, sql.raw('m.id'))}
      WHERE ${isInside(sql`m`)}${sql.join(earlier)})`;
  });
  const rows = await session.all(namedSql`SELECT ${sql.join(counts, sql` + `)} AS n`);
  return Number(rows[0]!['n']);
}
