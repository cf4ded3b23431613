import { named, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

const create = named('strategies/temporary-table/create');

/** The name of the request's table; its connection is the request's alone. */
export const visibleFunds: SQL = sql.raw('visible_funds');

/** Runs `work` with an empty table of fund ids on the session's connection. */
export async function withTable<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  const { dialect } = session;
  // Dropped first as well: on MySQL a failed request's table stays with its connection.
  await session.run(dialect.dropTemporaryTable(visibleFunds));
  await session.run(create`CREATE TEMPORARY TABLE ${visibleFunds} (fund_id ${dialect.idType} NOT NULL PRIMARY KEY)`);
  const result = await work();
  await session.run(dialect.dropTemporaryTable(visibleFunds));
  return result;
}
