import type { FundFilter } from '@finance/domain';
import { named, fundColumns, orderBy, passesFilter, type Dialect, type Row, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { matching, type PageQuery } from './page-query.ts';
import { throughIndex } from './sort-index.ts';
import { visibilityTest } from './visibility-test.ts';

const namedSql = named('strategies/adaptive-sql/probe');

/** The funds that a part of a filter yields through an index of its own. */
export interface ProbeSource {
  /** `financial_funds f`, maybe reached through another table. */
  readonly from: SQL;
  readonly where: SQL;
}

/** Every index that a filter could be answered from. */
export function probeSources(filter: FundFilter, dialect: Dialect): ProbeSource[] {
  const { amountCentsMin, amountCentsMax, createdFromMicros, createdToMicros, statuses, ...rest } = filter;
  const { handlerDepartment, handlerUserId, orderId, customerId } = rest;
  const parts: [index: string, part: FundFilter][] = [
    ['order_id', orderId === undefined ? {} : { orderId }],
    ['customer_id', customerId === undefined ? {} : { customerId }],
    ['handle_by', handlerUserId === undefined ? {} : { handlerUserId }],
    ['status', statuses === undefined ? {} : { statuses }],
    ['amount', present({ amountCentsMin, amountCentsMax })],
    ['created_at', present({ createdFromMicros, createdToMicros })],
  ];
  const sources = parts
    .filter(([, part]) => Object.keys(part).length > 0)
    .map(([index, part]) => ({
      from: sql`financial_funds f ${throughIndex(`financial_funds_${index}`, dialect)}`,
      where: passesFilter(part, dialect),
    }));
  if (handlerDepartment === undefined) return sources;
  const department = {
    // CROSS JOIN keeps the order of tables on SQLite, the hint of `probe` on MySQL.
    from: sql`users d CROSS JOIN financial_funds f ${throughIndex('financial_funds_handle_by', dialect)}
      ON f.handle_by = d.id`,
    where: sql`d.department = ${handlerDepartment}`,
  };
  return [...sources, department];
}

const joinOrder = sql.raw('/*+ JOIN_PREFIX(d, f) */');

/** Query `probe`: the funds of a filter's own index, each tested for visibility by primary keys, then sorted. */
export function probe(session: SqlSession, source: ProbeSource, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  const { joins, condition } = visibilityTest('walk-keys', query.people);
  return session.all(namedSql`SELECT ${joinOrder} ${fundColumns(dialect)} FROM ${source.from} ${joins}
    WHERE ${source.where} AND ${matching(query, dialect)} AND ${condition}
    ORDER BY ${orderBy(query.order, dialect)} LIMIT ${query.rowsMax} OFFSET ${query.skip}`);
}

/** Query `probe-total`: how many visible funds pass the filter, from the filter's own index. */
export async function probeTotal(session: SqlSession, source: ProbeSource, query: PageQuery): Promise<number> {
  const { joins, condition } = visibilityTest('walk-keys', query.people);
  const [row] = await session.all(namedSql`SELECT ${joinOrder} COUNT(*) AS total FROM ${source.from} ${joins}
    WHERE ${source.where} AND ${matching(query, session.dialect)} AND ${condition}`);
  return Number(row!['total']);
}

function present(part: { readonly [Field in keyof FundFilter]: FundFilter[Field] | undefined }): FundFilter {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
