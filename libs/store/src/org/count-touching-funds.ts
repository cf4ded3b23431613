import { bases } from '@finance/domain';
import { fundsTouching, touchesInterval, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

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
  const counts = bases.map((basis, i) => {
    const earlier = bases.slice(0, i).map((counted) => sql` AND NOT ${touchesInterval(counted, people)}`);
    return sql`(SELECT COUNT(*) FROM users m JOIN ${fundsTouching(basis, sql.raw('m.id'))}
      WHERE m.tree_left BETWEEN ${people.left} AND ${people.right}${sql.join(earlier)})`;
  });
  const rows = await session.all(sql`SELECT ${sql.join(counts, sql` + `)} AS n`);
  return Number(rows[0]!['n']);
}
