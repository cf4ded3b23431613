import type { Fund } from '@finance/domain';
import { named, fundColumns, fundFromRow, type SqlSession } from '@finance/schema';
import { chunksOf, idList } from '../id-list.ts';

const namedSql = named('store/get-funds');

/** Funds by id, whoever may see them; missing ones are left out. Index: primary key of financial_funds. */
export async function getFunds(session: SqlSession, fundIds: readonly bigint[]): Promise<Map<bigint, Fund>> {
  const funds = new Map<bigint, Fund>();
  for (const chunk of chunksOf(fundIds)) {
    const rows = await session.all(
      namedSql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f WHERE f.fund_id IN ${idList(chunk)}`,
    );
    for (const fund of rows.map(fundFromRow)) funds.set(fund.fundId, fund);
  }
  return funds;
}
