import { DomainError, referenceNotFound } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { holdUser } from '../row-locks.ts';

const namedSql = named('store/assign-order');

/**
 * Gives an order to another owner, whom it touches from now on. Index: primary key of orders.
 * @throws DomainError ORDER_NOT_FOUND, REFERENCE_NOT_FOUND for the user
 */
export async function assignOrder(session: SqlSession, orderId: bigint, userId: bigint): Promise<void> {
  const userExists = await holdUser(session, userId);
  const orders = await session.all(
    namedSql`SELECT o.order_id FROM orders o WHERE o.order_id = ${orderId} ${session.dialect.forUpdate}`,
  );
  if (orders.length === 0) {
    throw new DomainError('ORDER_NOT_FOUND', `there is no order ${orderId}`, { order_id: String(orderId) });
  }
  if (!userExists) throw referenceNotFound('user_id', userId);
  await session.run(namedSql`UPDATE orders SET user_id = ${userId} WHERE order_id = ${orderId}`);
}
