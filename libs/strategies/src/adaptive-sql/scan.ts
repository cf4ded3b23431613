import { fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { matching, type PageQuery } from './page-query.ts';

/** Query `scan`, for a viewer who sees everything: the engine chooses the index. */
export function scan(session: SqlSession, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  return session.all(sql`SELECT ${fundColumns(dialect)} FROM financial_funds f WHERE ${matching(query, dialect)}
    ORDER BY ${orderBy(query.order, dialect)} LIMIT ${query.rowsMax} OFFSET ${query.skip}`);
}
