import type { Scope } from '@finance/domain';
import { isAmong, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { orderBases, personOf, type OrderBasis } from './customer-bases.ts';

/** Narrows customers; absent fields do not. */
export interface CustomerFilter {
  readonly customerId?: bigint | undefined;
  /** Of a known admin in exactly this department. */
  readonly department?: string | undefined;
}

const hasOrders = sql`EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id)`;

/**
 * The ids of the customers that pass the filter and have an order visible in the scope, each once, as a SELECT of
 * `customer_id`. Indexes: users_tree_left, then orders_user_id or customers_admin_user_id; for orders of a customer
 * orders_customer_id.
 */
export function visibleCustomerIds({ people }: Scope, filter: CustomerFilter, dialect: Dialect): SQL {
  const matching = sql`${passes(filter)} AND ${dialect.whileCallerWaits(sql`c.customer_id`)}`;
  if (people === null) return sql`SELECT c.customer_id FROM customers c WHERE ${matching} AND ${hasOrders}`;
  const branches = orderBases.map(
    (basis) => sql`SELECT c.customer_id FROM users m ${customersTouching[basis.record](personOf(basis))}
      AND ${isAmong(sql`m`, people)} AND ${matching}`,
  );
  return sql.join(branches, sql` UNION `);
}

/** From people `m` to customers `c` with an order that touches them, up to the first condition of a WHERE. */
const customersTouching: Readonly<Record<OrderBasis['record'], (person: SQL) => SQL>> = {
  order: (person) =>
    sql`JOIN orders o ON ${person} = m.id JOIN customers c ON c.customer_id = o.customer_id WHERE 1 = 1`,
  customer: (person) => sql`JOIN customers c ON ${person} = m.id WHERE ${hasOrders}`,
};

function passes({ customerId, department }: CustomerFilter): SQL {
  const conditions: SQL[] = [];
  if (customerId !== undefined) conditions.push(sql`c.customer_id = ${customerId}`);
  if (department !== undefined) {
    // MySQL's = overlooks spaces at the end; the length does not.
    conditions.push(sql`EXISTS (SELECT 1 FROM users d WHERE d.id = c.admin_user_id
      AND d.department = ${department} AND LENGTH(d.department) = LENGTH(${department}))`);
  }
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` AND `);
}
