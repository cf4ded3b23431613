import { historyPointOf, named, positionText, sqlitePositionSql, type Row, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

const namedSql = named('strategies/materialized-view/position');

/** A GTID set of one transaction, with or without a tag: `3e11fa47-…:23`, `3e11fa47-…:refresh:1`. */
const oneTransaction = /^[0-9a-f-]+(:[a-z_]\w*)?:\d+$/;

/**
 * The database's position now, of its history: MySQL's GTIDs, the last entry of SQLite's change log. Before the first
 * consistent read of a transaction: everything it stands for is read.
 */
export async function currentPosition(session: SqlSession): Promise<string> {
  if (session.dialect.name === 'sqlite') return String((await one(session, sql.raw(sqlitePositionSql)))['position']);
  // Apart from the read of a table, with which a consistent read may begin.
  const { executed } = await one(session, sql`SELECT @@global.gtid_executed AS executed`);
  const { id } = await one(session, sql`SELECT history_id AS id FROM history WHERE id = 1`);
  return positionText({ historyId: String(id), point: String(executed).replaceAll('\n', '') });
}

/**
 * Whether nothing was committed since a refresh read this position, by anybody. The refresh itself is one transaction,
 * which MySQL counts and SQLite's change log does not hold; MySQL also counts those of other databases on the server.
 */
export async function isUnchangedSince(session: SqlSession, position: string): Promise<boolean> {
  if (session.dialect.name === 'sqlite') return (await currentPosition(session)) === position;
  const { historyId, point } = historyPointOf(position);
  const { since, id } = await one(
    session,
    namedSql`SELECT GTID_SUBTRACT(@@global.gtid_executed, ${point}) AS since, (SELECT h.history_id FROM history h WHERE h.id = 1) AS id`,
  );
  return id === historyId && oneTransaction.test(String(since));
}

async function one(session: SqlSession, query: SQL): Promise<Row> {
  const [row] = await session.all(query);
  return row!;
}
