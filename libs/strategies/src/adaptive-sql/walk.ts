import { named, fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { matching, type PageQuery } from './page-query.ts';
import { fundsInOrder } from './sort-index.ts';
import { visibilityTest } from './visibility-test.ts';
import type { WalkWay } from './way.ts';

const namedSql = named('strategies/adaptive-sql/walk');

/** Query `walk`: down the sort's index until the page is full. */
export function walk(session: SqlSession, way: WalkWay, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  const { order, people, rowsMax, skip } = query;
  const { joins, condition } = visibilityTest(way, people);
  return session.all(namedSql`SELECT ${fundColumns(dialect)} FROM ${fundsInOrder(order.column, dialect)} ${joins}
    WHERE ${matching(query, dialect)} AND ${condition}
    ORDER BY ${orderBy(order, dialect)} LIMIT ${rowsMax} OFFSET ${skip}`);
}
