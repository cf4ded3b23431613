import type { Fund } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { lockFund } from './lock-fund.ts';

/**
 * Removes a fund and returns it as it was. Index: primary key of financial_funds.
 * @throws DomainError FUND_NOT_FOUND
 */
export async function deleteFund(session: SqlSession, fundId: bigint): Promise<Fund> {
  const fund = await lockFund(session, fundId);
  await session.run(sql`DELETE FROM financial_funds WHERE fund_id = ${fundId}`);
  return fund;
}
