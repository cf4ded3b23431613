import type { Fund } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { lockFund } from './lock-fund.ts';

const namedSql = named('store/delete-fund');

/**
 * Removes a fund and returns it as it was. Index: primary key of financial_funds.
 * @throws DomainError FUND_NOT_FOUND
 */
export async function deleteFund(session: SqlSession, fundId: bigint): Promise<Fund> {
  const fund = await lockFund(session, fundId);
  await session.run(namedSql`DELETE FROM financial_funds WHERE fund_id = ${fundId}`);
  return fund;
}
