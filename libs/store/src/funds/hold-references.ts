import { referenceNotFound, type Fund } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { forShare, holdUser } from '../row-locks.ts';

const namedSql = named('store/hold-references');

/** What a fund points at; absent and null references are not looked for. */
export type FundReferences = Partial<Pick<Fund, 'handlerUserId' | 'orderId' | 'customerId'>>;

/**
 * Makes sure that the referenced records exist and stay until commit. Indexes: primary keys.
 * @throws DomainError REFERENCE_NOT_FOUND with the proto path of the field
 */
export async function holdReferences(session: SqlSession, references: FundReferences): Promise<void> {
  const { handlerUserId, orderId, customerId } = references;
  if (handlerUserId !== undefined && !(await holdUser(session, handlerUserId))) {
    throw referenceNotFound('fund.handler_user_id', handlerUserId);
  }
  if (orderId !== undefined && orderId !== null) {
    const rows = await session.all(
      namedSql`SELECT o.order_id FROM orders o WHERE o.order_id = ${orderId} ${forShare(session)}`,
    );
    if (rows.length === 0) throw referenceNotFound('fund.order_id', orderId);
  }
  if (customerId !== undefined && customerId !== null) {
    const rows = await session.all(
      namedSql`SELECT c.customer_id FROM customers c WHERE c.customer_id = ${customerId} ${forShare(session)}`,
    );
    if (rows.length === 0) throw referenceNotFound('fund.customer_id', customerId);
  }
}
