import type { Order, Scope } from '@finance/domain';
import { orderFromRow, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { orderVisibleIn } from './customer-bases.ts';

/** An order as its customer's list shows it. */
export type CustomerOrder = Pick<Order, 'orderId' | 'ownerUserId' | 'amountCents'>;

/**
 * The first visible orders of each customer by order id, at most `ordersMax` of one, in one query that stops reading a
 * customer's orders there. Customers without a visible order have no entry. Indexes: orders_customer_id, primary keys
 * of customers and users.
 */
export async function visibleOrders(
  session: SqlSession,
  scope: Scope,
  customerIds: readonly bigint[],
  ordersMax: number,
): Promise<Map<bigint, CustomerOrder[]>> {
  const { dialect } = session;
  const amount = sql.raw(`o.${dialect.amountColumn}`);
  const lists = customerIds.map(
    (customerId) => sql`SELECT * FROM (SELECT o.customer_id, o.order_id, o.user_id, ${amount} AS amount
      FROM orders o JOIN customers c ON c.customer_id = o.customer_id
      WHERE o.customer_id = ${customerId} AND ${orderVisibleIn(scope)} AND ${dialect.whileCallerWaits(sql`o.order_id`)}
      ORDER BY o.order_id LIMIT ${ordersMax}) q`,
  );
  const orders = new Map<bigint, CustomerOrder[]>();
  for (const row of await session.all(sql.join(lists, sql` UNION ALL `))) {
    const customerId = row['customer_id'] as bigint;
    const list = orders.get(customerId) ?? [];
    list.push(orderFromRow(row));
    orders.set(customerId, list);
  }
  // A UNION promises no order.
  for (const list of orders.values()) list.sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return orders;
}
