import { bases, type Scope } from '@finance/domain';
import { fundsTouching, isAmong, passesFilter, type Dialect } from '@finance/schema';
import type { FundFilter } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds in a limited scope that pass a filter, each once: from the viewer down the closure to people,
 * from people to funds, once for each basis; a tree out of step has no closure, only people. Indexes: the closure's primary key, then the basis's column.
 */
export function visibleFundIds(scope: Scope, filter: FundFilter, dialect: Dialect): SQL {
  const { people, role, viewerUserId } = scope;
  // Staff are the top of a closure like everybody, but see only themselves.
  const reach = role === 'staff' ? sql`AND h.depth = 0` : sql``;
  const [from, person, inScope] =
    people && 'userIds' in people
      ? [sql`users h`, sql`h.id`, isAmong(sql`h`, people)]
      : [sql`user_hierarchy h`, sql`h.subordinate_id`, sql`h.user_id = ${viewerUserId} ${reach}`];
  const branches = bases.map(
    (basis) => sql`SELECT f.fund_id FROM ${from} JOIN ${fundsTouching(basis, person)}
      WHERE ${inScope}
        AND ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
  return sql.join(branches, sql` UNION `);
}
