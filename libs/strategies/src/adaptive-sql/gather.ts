import { named, fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { matching, type PageQuery } from './page-query.ts';
import { visibleIds } from './visible-ids.ts';

const namedSql = named('strategies/adaptive-sql/gather');

/** Query `gather`: all visible funds, each once, sorted by their place; whole rows only for those on the page. */
export function gather(
  session: SqlSession,
  people: NonNullable<PageQuery['people']>,
  query: PageQuery,
): Promise<Row[]> {
  const { dialect } = session;
  const order = orderBy(query.order, dialect);
  // CROSS JOIN makes SQLite start from the ids, here and below; it would rather read all funds in order.
  return session.all(namedSql`SELECT ${fundColumns(dialect)} FROM (
      SELECT f.fund_id FROM (${visibleIds(people, dialect)}) v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id
      WHERE ${matching(query, dialect)} ORDER BY ${order} LIMIT ${query.rowsMax} OFFSET ${query.skip}) k
    CROSS JOIN financial_funds f ON f.fund_id = k.fund_id ORDER BY ${order}`);
}
