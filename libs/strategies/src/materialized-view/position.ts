import { named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

const namedSql = named('strategies/materialized-view/position');

/** A GTID set of one transaction, with or without a tag: `3e11fa47-…:23`, `3e11fa47-…:refresh:1`. */
const oneTransaction = /^[0-9a-f-]+(:[a-z_]\w*)?:\d+$/;

/**
 * The database's position now: MySQL's GTIDs, SQLite's last entry of the change log. Before the first consistent read
 * of a transaction: everything it stands for is read.
 */
export async function currentPosition(session: SqlSession): Promise<string> {
  const [row] = await session.all(
    session.dialect.name === 'mysql'
      ? sql`SELECT @@global.gtid_executed AS position`
      : sql`SELECT seq AS position FROM sqlite_sequence WHERE name = 'change_log'`,
  );
  return String(row?.['position'] ?? 0n).replaceAll('\n', '');
}

/**
 * Whether nothing was committed since a refresh read this position, by anybody. The refresh itself is one transaction,
 * which MySQL counts and SQLite's change log does not hold; MySQL also counts those of other databases on the server.
 */
export async function isUnchangedSince(session: SqlSession, position: string): Promise<boolean> {
  if (session.dialect.name === 'sqlite') return (await currentPosition(session)) === position;
  const [row] = await session.all(namedSql`SELECT GTID_SUBTRACT(@@global.gtid_executed, ${position}) AS since`);
  return oneTransaction.test(String(row!['since']));
}
