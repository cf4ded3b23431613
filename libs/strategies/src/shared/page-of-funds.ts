import { named, fundColumns, isAfter, orderBy, passesFilter, type SqlSession } from '@finance/schema';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';
import { sql, type SQL } from 'drizzle-orm';
import { pageFromRows } from './page-from-rows.ts';

const namedSql = named('strategies/page-of-funds');

/**
 * A page of the funds that `source` yields as `f`, e.g. the whole table or a join with a set of ids: filter, count,
 * sort and cut in SQL.
 */
export async function pageOfFunds(session: SqlSession, source: SQL, request: FundPageRequest): Promise<FundPage> {
  const { dialect } = session;
  const { after, filter, order, pageSize, skip } = request;
  const matching = sql`${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
  const rows = await session.all(namedSql`SELECT ${fundColumns(dialect)} FROM ${source}
    WHERE ${matching} ${after ? sql`AND ${isAfter(after, order, dialect)}` : sql``}
    ORDER BY ${orderBy(order, dialect)} LIMIT ${pageSize + 1} OFFSET ${skip}`);
  return pageFromRows(rows, request, request.withTotal ? await countFunds(session, source, matching) : undefined);
}

async function countFunds(session: SqlSession, source: SQL, matching: SQL): Promise<number> {
  const rows = await session.all(namedSql`SELECT COUNT(*) AS total FROM ${source} WHERE ${matching}`);
  return Number(rows[0]!['total']);
}
