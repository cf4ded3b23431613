import { DomainError, type Fund } from '@finance/domain';
import { named, isDuplicateKey, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { keyOrGenerated } from '../generated-id.ts';
import { holdReferences } from './hold-references.ts';

const namedSql = named('store/create-fund');

/** A fund to be created; `fundId` 0n lets the database choose. */
export type NewFund = Omit<Fund, 'createdAtMicros' | 'updatedAtMicros'>;

/**
 * Adds a fund, created and updated now, and returns it as stored.
 * @throws DomainError FUND_EXISTS, REFERENCE_NOT_FOUND, REFERENCE_MISMATCH
 */
export async function createFund(session: SqlSession, newFund: NewFund, nowMicros: number): Promise<Fund> {
  const { dialect } = session;
  const { fundId, handlerUserId, orderId, customerId, amountCents, currencyCode, status } = newFund;
  await holdReferences(session, newFund, newFund);
  const now = dialect.instantParam(nowMicros);
  try {
    const { insertId } = await session.run(namedSql`INSERT INTO financial_funds
      (fund_id, handle_by, order_id, customer_id, ${sql.raw(dialect.amountColumn)}, currency_code, status,
        created_at, updated_at)
      VALUES (${keyOrGenerated(fundId)}, ${handlerUserId}, ${orderId}, ${customerId},
        ${dialect.amountParam(amountCents)}, ${currencyCode}, ${status}, ${now}, ${now})`);
    return {
      fundId: fundId === 0n ? insertId : fundId,
      handlerUserId,
      orderId,
      customerId,
      amountCents,
      currencyCode,
      status,
      createdAtMicros: nowMicros,
      updatedAtMicros: nowMicros,
    };
  } catch (error) {
    if (fundId === 0n || !isDuplicateKey(error)) throw error;
    throw new DomainError('FUND_EXISTS', `fund ${fundId} exists already; choose another id or none`, {
      fund_id: String(fundId),
    });
  }
}
