import type { Fund } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { holdReferences } from './hold-references.ts';
import { lockFund } from './lock-fund.ts';

const namedSql = named('store/update-fund');

/** New values of a fund's fields; absent ones stay. */
export type FundChanges = Partial<Omit<Fund, 'fundId' | 'createdAtMicros' | 'updatedAtMicros'>>;

/**
 * Changes a fund and returns it as stored. Concurrent changes of other fields are kept; `updatedAtMicros` becomes now,
 * and never goes back. Index: primary key of financial_funds.
 * @throws DomainError FUND_NOT_FOUND; REFERENCE_NOT_FOUND, REFERENCE_MISMATCH for a new reference
 */
export async function updateFund(
  session: SqlSession,
  fundId: bigint,
  changes: FundChanges,
  nowMicros: number,
): Promise<Fund> {
  const { dialect } = session;
  const before = await lockFund(session, fundId);
  const after: Fund = { ...before, ...changes, updatedAtMicros: Math.max(nowMicros, before.updatedAtMicros) };
  await holdReferences(session, changes, after);
  await session.run(namedSql`UPDATE financial_funds
    SET handle_by = ${after.handlerUserId}, order_id = ${after.orderId}, customer_id = ${after.customerId},
      ${sql.raw(dialect.amountColumn)} = ${dialect.amountParam(after.amountCents)},
      currency_code = ${after.currencyCode}, status = ${after.status},
      updated_at = ${dialect.instantParam(after.updatedAtMicros)}
    WHERE fund_id = ${fundId}`);
  return after;
}
