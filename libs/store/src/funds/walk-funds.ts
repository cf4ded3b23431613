import type { Fund, FundFilter, FundOrder, FundPosition, FundSortColumn, Scope } from '@finance/domain';
import {
  fundColumns,
  fundFromRow,
  orderBy,
  passesFilter,
  sortColumn,
  sortParam,
  visibleInScope,
  type Dialect,
  type SqlSession,
} from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** One step of a walk through all visible funds. */
export interface FundWalk {
  readonly scope: Scope;
  readonly filter: FundFilter;
  readonly order: FundOrder;
  /** Only funds after this place. */
  readonly after: FundPosition | undefined;
  readonly rowsMax: number;
}

/**
 * The next funds down the sort's index, each probed for visibility by primary keys; all steps together read every fund
 * once. Indexes: the one of the sort, primary keys of users, orders and customers.
 */
export async function walkFunds(session: SqlSession, walk: FundWalk): Promise<Fund[]> {
  const { dialect } = session;
  const { scope, filter, order, after, rowsMax } = walk;
  // Without the hint MySQL may start from a filter's people and sort everything again for each step.
  const rows = await session.all(sql`SELECT /*+ JOIN_PREFIX(f) */ ${fundColumns(dialect)}
    FROM financial_funds f ${throughIndex(sortIndexes[order.column], dialect)}
    WHERE ${passesFilter(filter, dialect)} AND ${visibleInScope(scope)}
      AND ${dialect.whileCallerWaits(sql`f.fund_id`)} ${after ? sql`AND ${isAfterInIndex(after, order, dialect)}` : sql``}
    ORDER BY ${orderBy(order, dialect)} LIMIT ${rowsMax}`);
  return rows.map(fundFromRow);
}

const sortIndexes: Readonly<Record<FundSortColumn, string>> = {
  fund_id: 'PRIMARY',
  amount: 'financial_funds_amount',
  created_at: 'financial_funds_created_at',
  updated_at: 'financial_funds_updated_at',
  status: 'financial_funds_status',
  handler_user_id: 'financial_funds_handle_by',
};

function throughIndex(index: string, dialect: Dialect): SQL {
  if (dialect.name === 'mysql') return sql.raw(`FORCE INDEX (${index})`);
  return sql.raw(index === 'PRIMARY' ? 'NOT INDEXED' : `INDEXED BY ${index}`);
}

/** Bounds the index by both columns: steps through funds of one status must not start at the first of them. */
function isAfterInIndex({ value, fundId }: FundPosition, order: FundOrder, dialect: Dialect): SQL {
  const beyond = sql.raw(order.descending ? '<' : '>');
  if (order.column === 'fund_id') return sql`f.fund_id ${beyond} ${fundId}`;
  const column = sortColumn(order.column, dialect);
  const sortValue = sortParam(value, order.column, dialect);
  if (dialect.name === 'sqlite') return sql`(${column}, f.fund_id) ${beyond} (${sortValue}, ${fundId})`;
  return sql`(${column} ${beyond} ${sortValue} OR (${column} = ${sortValue} AND f.fund_id ${beyond} ${fundId}))`;
}
