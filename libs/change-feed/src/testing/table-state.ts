import type { Customer, Fund, User } from '@finance/domain';
import type { OrderOwner } from '@finance/live-index';
import { fundColumns, fundFromRow, userColumns, userFromRow, type Database } from '@finance/schema';
import { sql } from 'drizzle-orm';

/** The rows of the four tables by key. */
export interface TableState {
  readonly users: ReadonlyMap<bigint, User>;
  readonly orders: ReadonlyMap<bigint, OrderOwner>;
  readonly customers: ReadonlyMap<bigint, Customer>;
  readonly funds: ReadonlyMap<bigint, Fund>;
}

/** What SQL shows, read as everything else reads it. */
export async function stateInDatabase(database: Database): Promise<TableState> {
  return database.snapshot(new AbortController().signal, async (session) => {
    const users = await session.all(sql`SELECT ${userColumns} FROM users u ORDER BY u.id`);
    const orders = await session.all(sql`SELECT order_id, user_id FROM orders ORDER BY order_id`);
    const customers = await session.all(
      sql`SELECT customer_id, name, admin_user_id FROM customers ORDER BY customer_id`,
    );
    const funds = await session.all(
      sql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f ORDER BY f.fund_id`,
    );
    return {
      users: new Map(users.map(userFromRow).map((user) => [user.userId, user])),
      orders: new Map(
        orders.map((row) => [
          row['order_id'] as bigint,
          { orderId: row['order_id'] as bigint, ownerUserId: row['user_id'] as bigint },
        ]),
      ),
      customers: new Map(
        customers.map((row) => [
          row['customer_id'] as bigint,
          {
            customerId: row['customer_id'] as bigint,
            name: row['name'] as string,
            adminUserId: row['admin_user_id'] as bigint,
          },
        ]),
      ),
      funds: new Map(funds.map(fundFromRow).map((fund) => [fund.fundId, fund])),
    };
  });
}
