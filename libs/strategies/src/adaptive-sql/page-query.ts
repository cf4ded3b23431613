import type { FundFilter, FundOrder, FundPosition, Scope } from '@finance/domain';
import { isAfter, passesFilter, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** What every way is asked: the first `rowsMax` visible funds after a place, `skip` left out. */
export interface PageQuery {
  readonly people: Scope['people'];
  readonly filter: FundFilter;
  readonly order: FundOrder;
  readonly after: FundPosition | undefined;
  readonly skip: number;
  readonly rowsMax: number;
}

/** The filter and the place as a condition on fund `f`. */
export function matching({ filter, after, order }: PageQuery, dialect: Dialect): SQL {
  const place = after ? sql`AND ${isAfter(after, order, dialect)}` : sql``;
  return sql`${passesFilter(filter, dialect)} ${place} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
}
