import type { Writer } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import type { SQL } from 'drizzle-orm';
import { holdUser } from '../row-locks.ts';
import { handOverProblem, reachOf } from './reach.ts';
import { writeRefused } from './write-refused.ts';

const namedSql = named('store/assignment-rights');

/**
 * Makes sure that a writer may give an order away: from somebody in a confined writer's reach to somebody there, and
 * never into one's own reach. Index: primary key of orders.
 * @throws DomainError WRITE_NOT_ALLOWED, alike for what is not visible and what is not there
 */
export function assertMayAssignOrder(
  session: SqlSession,
  writer: Writer,
  orderId: bigint,
  userId: bigint,
): Promise<void> {
  const holder = namedSql`SELECT o.user_id AS id FROM orders o WHERE o.order_id = ${orderId} ${session.dialect.forUpdate}`;
  return assertMayAssign(session, writer, 'order_id', userId, holder);
}

/** The same for a customer, by its admin. Index: primary key of customers. @throws DomainError WRITE_NOT_ALLOWED */
export function assertMayAssignCustomer(
  session: SqlSession,
  writer: Writer,
  customerId: bigint,
  userId: bigint,
): Promise<void> {
  const holder = namedSql`SELECT c.admin_user_id AS id FROM customers c WHERE c.customer_id = ${customerId} ${session.dialect.forUpdate}`;
  return assertMayAssign(session, writer, 'customer_id', userId, holder);
}

async function assertMayAssign(
  session: SqlSession,
  writer: Writer,
  field: string,
  userId: bigint,
  holder: SQL,
): Promise<void> {
  if (writer.userId === undefined && !writer.isConfined) return;
  // Locked in the order of the write itself.
  await holdUser(session, userId);
  const rows = await session.all(holder);
  const reach = (await reachOf(session, writer))!;
  const from = [rows[0]?.['id'] as bigint | undefined];
  if (await handOverProblem(session, writer, reach, { from, to: [userId] })) {
    throw writeRefused(
      writer,
      field,
      'may go only from and to people whom the caller sees, and never into its own reach',
    );
  }
}
