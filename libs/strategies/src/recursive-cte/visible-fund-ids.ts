import { bases, type FundFilter, type Scope } from '@finance/domain';
import { fundsTouching, passesFilter, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds in a limited scope that pass a filter, each once: from the viewer down `users.parent_id`, from
 * people to funds, once for each basis (CROSS JOIN: SQLite would start from the funds, because it takes a subtree of
 * unknown size for a large one). UNION instead of UNION ALL ends at a cycle; the depth of a sound org (at most
 * `orgDepthMax`, 100) is far below MySQL's `cte_max_recursion_depth` of 1,000. Indexes: users_parent_id, then the
 * basis's column.
 */
export function visibleFundIds(scope: Scope, filter: FundFilter, dialect: Dialect): SQL {
  // Staff may have reports, but see only themselves.
  const below =
    scope.role === 'staff' ? sql`` : sql`UNION SELECT u.id FROM subtree s JOIN users u ON u.parent_id = s.id`;
  const branches = bases.map(
    (basis) => sql`SELECT f.fund_id FROM subtree s CROSS JOIN ${fundsTouching(basis, sql`s.id`)}
      WHERE ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
  return sql`WITH RECURSIVE subtree (id) AS (SELECT u.id FROM users u WHERE u.id = ${scope.viewerUserId} ${below})
    ${sql.join(branches, sql` UNION `)}`;
}
