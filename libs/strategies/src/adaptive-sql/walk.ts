import { named, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { pageOfIds } from './page-of-ids.ts';
import { matching, type PageQuery } from './page-query.ts';
import { fundsInOrder } from './sort-index.ts';
import { visibilityTest } from './visibility-test.ts';
import type { WalkWay } from './way.ts';

const namedSql = named('strategies/adaptive-sql/walk');

/** Query `walk`: down the sort's index until the page is full. */
export function walk(session: SqlSession, way: WalkWay, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  const { joins, condition } = visibilityTest(way, query.people);
  const found = sql`${fundsInOrder(query.order.column, dialect)} ${joins}
    WHERE ${matching(query, dialect)} AND ${condition}`;
  return session.all(namedSql`${pageOfIds(found, query, dialect)}`);
}
