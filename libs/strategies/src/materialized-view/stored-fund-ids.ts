import { named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';

const namedSql = named('strategies/materialized-view/stored-fund-ids');

/** Rows in one read: each is an object. */
const batchRows = 50_000;

/** The ids of the funds that the view has for a viewer, in ascending order, batch by batch. Index: the primary key. */
export async function* storedFundIds(session: SqlSession, viewerUserId: bigint): AsyncGenerator<readonly bigint[]> {
  for (let last: bigint | undefined; ;) {
    const beyond = last === undefined ? sql`` : sql`AND m.fund_id > ${last}`;
    const rows = await session.all(namedSql`SELECT m.fund_id FROM materialized_funds m
      WHERE m.viewer_user_id = ${viewerUserId} ${beyond} ORDER BY m.fund_id LIMIT ${batchRows}`);
    const ids = rows.map((row) => row['fund_id'] as bigint);
    yield ids;
    if (ids.length < batchRows) return;
    last = ids[ids.length - 1]!;
  }
}
