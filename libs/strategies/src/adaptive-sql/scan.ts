import { named, fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { matching, type PageQuery } from './page-query.ts';

const namedSql = named('strategies/adaptive-sql/scan');

/** Query `scan`, for a viewer who sees everything: the engine chooses the index. */
export function scan(session: SqlSession, query: PageQuery): Promise<Row[]> {
  const { dialect } = session;
  return session.all(namedSql`SELECT ${fundColumns(dialect)} FROM financial_funds f WHERE ${matching(query, dialect)}
    ORDER BY ${orderBy(query.order, dialect)} LIMIT ${query.rowsMax} OFFSET ${query.skip}`);
}
