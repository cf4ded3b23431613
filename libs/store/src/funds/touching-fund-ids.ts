import { bases, type FundFilter, type Scope } from '@finance/domain';
import { fundsTouching, isAmong, passesFilter, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds that touch people in the interval and pass the filter, each once, as a SELECT of `fund_id`.
 * With a limit no basis yields more funds than that, so that fewer ids than the limit are all there are. Indexes:
 * users_tree_left, then the basis's column.
 */
export function touchingFundIds(
  people: NonNullable<Scope['people']>,
  filter: FundFilter,
  dialect: Dialect,
  limit?: number,
): SQL {
  const branches = bases.map((basis) => {
    const ids = sql`SELECT f.fund_id FROM users m JOIN ${fundsTouching(basis, sql.raw('m.id'))}
      WHERE ${isAmong(sql`m`, people)}
        AND ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
    // SQLite takes a LIMIT in a UNION only inside a subquery.
    return limit === undefined ? ids : sql`SELECT b.fund_id FROM (${ids} LIMIT ${limit}) b`;
  });
  return sql.join(branches, sql` UNION `);
}
