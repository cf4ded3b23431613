import { bases, type Scope } from '@finance/domain';
import { fundsTouching, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds that touch people in scope, as three range reads; with UNION ALL a fund comes once for each
 * basis. Indexes: users_tree_left, then the basis's column.
 */
export function visibleIds(people: NonNullable<Scope['people']>, dialect: Dialect, union: 'UNION' | 'UNION ALL'): SQL {
  const branches = bases.map(
    (basis) => sql`SELECT f.fund_id FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
      WHERE p.tree_left BETWEEN ${people.left} AND ${people.right} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
  return sql.join(branches, sql.raw(` ${union} `));
}
