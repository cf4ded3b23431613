import type { Fund } from '@finance/domain';
import { fundColumns, fundFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { fundNotFound } from '../not-found.ts';

/**
 * Removes a fund and returns it as it was. Index: primary key of financial_funds.
 * @throws DomainError FUND_NOT_FOUND
 */
export async function deleteFund(session: SqlSession, fundId: bigint): Promise<Fund> {
  const { dialect } = session;
  const rows = await session.all(
    sql`SELECT ${fundColumns(dialect)} FROM financial_funds f WHERE f.fund_id = ${fundId} ${dialect.forUpdate}`,
  );
  if (!rows[0]) throw fundNotFound(fundId);
  await session.run(sql`DELETE FROM financial_funds WHERE fund_id = ${fundId}`);
  return fundFromRow(rows[0]);
}
