import type { Fund, FundFilter, FundOrder, FundPosition, FundSortColumn, Scope } from '@finance/domain';
import {
  named,
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

const namedSql = named('store/walk-funds');

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
  const funds: Fund[] = [];
  for (const range of after ? rangesAfter(after, order, dialect) : [sql`1 = 1`]) {
    if (funds.length === rowsMax) break;
    // Without the hint MySQL may start from a filter's people and sort everything again for each step.
    const rows = await session.all(namedSql`SELECT /*+ JOIN_PREFIX(f) */ ${fundColumns(dialect)}
      FROM financial_funds f ${throughIndex(sortIndexes[order.column], dialect)}
      WHERE ${range} AND ${passesFilter(filter, dialect)} AND ${visibleInScope(scope)}
        AND ${dialect.whileCallerWaits(sql`f.fund_id`)}
      ORDER BY ${orderBy(order, dialect)} LIMIT ${rowsMax - funds.length}`);
    funds.push(...rows.map(fundFromRow));
  }
  return funds;
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

/**
 * The funds after a place as consecutive ranges of the sort's index: the rest of the same value, then all beyond it.
 * As one condition SQLite would read the funds of a value, say a status, from the first one on in each step.
 */
function rangesAfter({ value, fundId }: FundPosition, order: FundOrder, dialect: Dialect): SQL[] {
  const beyond = sql.raw(order.descending ? '<' : '>');
  if (order.column === 'fund_id') return [sql`f.fund_id ${beyond} ${fundId}`];
  const column = sortColumn(order.column, dialect);
  const sortValue = sortParam(value, order.column, dialect);
  return [sql`${column} = ${sortValue} AND f.fund_id ${beyond} ${fundId}`, sql`${column} ${beyond} ${sortValue}`];
}
