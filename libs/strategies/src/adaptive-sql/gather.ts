import { named, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { pageOfIds } from './page-of-ids.ts';
import { matching, type PageQuery } from './page-query.ts';
import { isSortedByKeys } from './sort-index.ts';
import { visibleKeys } from './visible-keys.ts';

const namedSql = named('strategies/adaptive-sql/gather');

/** Query `gather`: all visible funds, each once, sorted by their place; read only where their keys do not tell it. */
export function gather(
  session: SqlSession,
  people: NonNullable<PageQuery['people']>,
  query: PageQuery,
): Promise<Row[]> {
  const { dialect } = session;
  const keys = visibleKeys(people, dialect);
  // CROSS JOIN as in pageOfIds.
  const funds = isSortedByKeys(query)
    ? sql`(${keys}) f`
    : sql`(${keys}) v CROSS JOIN financial_funds f ON f.fund_id = v.fund_id`;
  const found = sql`${funds} WHERE ${matching(query, dialect)}`;
  return session.all(namedSql`${pageOfIds(found, query, dialect)}`);
}
