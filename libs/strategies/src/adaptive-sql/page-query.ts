import type { FundFilter, FundOrder, FundPosition, Scope } from '@finance/domain';
import { passesFilter, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { isAfterInIndex, isUntilInIndex } from './index-range.ts';

/** What every way is asked: the first `rowsMax` visible funds after a place, `skip` left out. */
export interface PageQuery {
  readonly people: Scope['people'];
  readonly filter: FundFilter;
  readonly order: FundOrder;
  readonly after: FundPosition | undefined;
  /** No further than this place, which is included; only for ways down an index. */
  readonly until?: FundPosition | undefined;
  readonly skip: number;
  readonly rowsMax: number;
}

/** The filter and the place as a condition on fund `f`. */
export function matching({ filter, after, until, order }: PageQuery, dialect: Dialect): SQL {
  const conditions = [passesFilter(filter, dialect), dialect.whileCallerWaits(sql`f.fund_id`)];
  if (after) conditions.push(isAfterInIndex(after, order, dialect));
  if (until) conditions.push(isUntilInIndex(until, order, dialect));
  return sql.join(conditions, sql` AND `);
}
