import { named, fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { matching, type PageQuery } from './page-query.ts';
import { fundsInOrder } from './sort-index.ts';
import { touchingIds } from './visible-ids.ts';

const namedSql = named('strategies/adaptive-sql/sift');

/**
 * Query `sift`: down the sort's index, which covers what is asked of it, keeping the ids that are in the set of
 * visible ones. Exact for every filter; cheap for those on the sort column only.
 */
export function sift(session: SqlSession, people: NonNullable<PageQuery['people']>, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  const order = orderBy(query.order, dialect);
  return session.all(namedSql`SELECT ${fundColumns(dialect)} FROM (
      SELECT f.fund_id FROM ${fundsInOrder(query.order.column, dialect)}
      WHERE ${matching(query, dialect)} AND f.fund_id IN (SELECT /*+ SUBQUERY(MATERIALIZATION) */ v.fund_id
        FROM (${touchingIds(people, dialect)}) v)
      ORDER BY ${order} LIMIT ${query.rowsMax} OFFSET ${query.skip}) k
    CROSS JOIN financial_funds f ON f.fund_id = k.fund_id ORDER BY ${order}`);
}
