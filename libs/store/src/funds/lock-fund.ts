import { fundNotFound, type Fund } from '@finance/domain';
import { named, fundColumns, fundFromRow, type SqlSession } from '@finance/schema';

const namedSql = named('store/lock-fund');

/**
 * The fund as last committed, which nobody else can change until commit. Index: primary key of financial_funds.
 * @throws DomainError FUND_NOT_FOUND
 */
export async function lockFund(session: SqlSession, fundId: bigint): Promise<Fund> {
  const { dialect } = session;
  const rows = await session.all(
    namedSql`SELECT ${fundColumns(dialect)} FROM financial_funds f WHERE f.fund_id = ${fundId} ${dialect.forUpdate}`,
  );
  if (!rows[0]) throw fundNotFound(fundId);
  return fundFromRow(rows[0]);
}
