import { DomainError, referenceNotFound } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { holdUser } from '../row-locks.ts';

const namedSql = named('store/assign-customer');

/**
 * Gives a customer to another admin, whom it touches from now on. Index: primary key of customers.
 * @throws DomainError CUSTOMER_NOT_FOUND, REFERENCE_NOT_FOUND for the user
 */
export async function assignCustomer(session: SqlSession, customerId: bigint, userId: bigint): Promise<void> {
  const userExists = await holdUser(session, userId);
  const customers = await session.all(
    namedSql`SELECT c.customer_id FROM customers c WHERE c.customer_id = ${customerId} ${session.dialect.forUpdate}`,
  );
  if (customers.length === 0) {
    throw new DomainError('CUSTOMER_NOT_FOUND', `there is no customer ${customerId}`, {
      customer_id: String(customerId),
    });
  }
  if (!userExists) throw referenceNotFound('user_id', userId);
  await session.run(namedSql`UPDATE customers SET admin_user_id = ${userId} WHERE customer_id = ${customerId}`);
}
