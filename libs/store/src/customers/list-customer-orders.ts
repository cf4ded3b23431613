import type { Customer, Scope } from '@finance/domain';
import { customerFromRow, named, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { roomForSets } from '../room-for-sets.ts';
import { visibleCustomerIds, type CustomerFilter } from './visible-customer-ids.ts';
import { visibleOrders, type CustomerOrder } from './visible-orders.ts';

const namedSql = named('store/list-customer-orders');

/** Whose view, of which customers, and which page of them. */
export interface CustomerOrdersQuery {
  readonly scope: Scope;
  readonly filter: CustomerFilter;
  /** Only customers with a higher id. */
  readonly after?: bigint | undefined;
  /** At least 1. */
  readonly pageSize: number;
  /** Orders listed of one customer, the first by id. */
  readonly ordersPerCustomerMax?: number;
  /** A page ends with the customer whose orders reach this number. */
  readonly ordersPerPageMax?: number;
}

/** A customer with those of its orders that are visible in the scope, by order id; at least one. */
export interface CustomerWithOrders extends Customer {
  readonly orders: readonly CustomerOrder[];
}

/** A page of customers. */
export interface CustomerOrdersPage {
  /** By customer id. */
  readonly customers: readonly CustomerWithOrders[];
  readonly hasMore: boolean;
  /** Customers with a visible order that pass the filter, on all pages. */
  readonly totalSize: bigint;
}

/** Far more than a customer's orders anybody reads at once. */
const ordersPerCustomer = 1_000;
/** About 1 MB of answer, 2 MB as JSON. */
const ordersPerPage = 20_000;
/** Customers whose orders one statement reads. */
const customersPerQuery = 20;

/**
 * Customers that have orders visible in a scope, with these orders. An order is visible when its owner or its
 * customer's admin is in the scope. Indexes: those of `visibleCustomerIds` and `visibleOrders`.
 */
export async function listCustomerOrders(session: SqlSession, query: CustomerOrdersQuery): Promise<CustomerOrdersPage> {
  const { scope, pageSize, ordersPerCustomerMax = ordersPerCustomer, ordersPerPageMax = ordersPerPage } = query;
  const { rows, totalSize } = await readCustomers(session, query);
  const customers: CustomerWithOrders[] = [];
  let orderCount = 0;
  for (let start = 0; start < Math.min(rows.length, pageSize) && orderCount < ordersPerPageMax;) {
    const portion = rows.slice(start, Math.min(start + customersPerQuery, pageSize));
    const ids = portion.map((row) => row['customer_id'] as bigint);
    const orders = await visibleOrders(session, scope, ids, ordersPerCustomerMax);
    for (const row of portion) {
      if (orderCount >= ordersPerPageMax) break;
      const customer = customerFromRow(row);
      const itsOrders = orders.get(customer.customerId)!;
      orderCount += itsOrders.length;
      customers.push({ ...customer, orders: itsOrders });
    }
    start += portion.length;
  }
  return { customers, hasMore: rows.length > customers.length, totalSize };
}

/** One customer more than the page, which tells whether there are more, and the number on all pages. */
async function readCustomers(
  session: SqlSession,
  { scope, filter, after, pageSize }: CustomerOrdersQuery,
): Promise<{ rows: readonly Row[]; totalSize: bigint }> {
  const rest = after === undefined ? sql`` : sql`WHERE v.customer_id > ${after}`;
  // Both parts read the ids of one WITH, which are found once.
  const rows = await session.all(namedSql`WITH v AS (${visibleCustomerIds(scope, filter, session.dialect)})
    SELECT ${roomForSets} t.total, c.customer_id, c.name, c.admin_user_id FROM (SELECT COUNT(*) AS total FROM v) t
    LEFT JOIN (SELECT v.customer_id FROM v ${rest} ORDER BY v.customer_id LIMIT ${pageSize + 1}) k ON 1 = 1
    LEFT JOIN customers c ON c.customer_id = k.customer_id ORDER BY c.customer_id`);
  return {
    rows: rows.filter((row) => row['customer_id'] !== null),
    totalSize: rows[0]!['total'] as bigint,
  };
}
