import { bases, type Scope } from '@finance/domain';
import { fundsTouching, passesFilter, type Dialect } from '@finance/schema';
import type { FundFilter } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds in a limited scope that pass a filter, each once: from the viewer down the closure to people,
 * from people to funds, once for each basis. Indexes: the closure's primary key, then the basis's column.
 */
export function visibleFundIds(scope: Scope, filter: FundFilter, dialect: Dialect): SQL {
  // Staff are the top of a closure like everybody, but see only themselves.
  const reach = scope.role === 'staff' ? sql`AND h.depth = 0` : sql``;
  const branches = bases.map(
    (basis) => sql`SELECT f.fund_id FROM user_hierarchy h JOIN ${fundsTouching(basis, sql`h.subordinate_id`)}
      WHERE h.user_id = ${scope.viewerUserId} ${reach}
        AND ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
  return sql.join(branches, sql` UNION `);
}
