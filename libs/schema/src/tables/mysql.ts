import { bigint, datetime, decimal, index, int, mysqlTable, primaryKey, varchar } from 'drizzle-orm/mysql-core';

const id = (name: string) => bigint(name, { mode: 'bigint' });
const instant = (name: string) => datetime(name, { mode: 'string', fsp: 6 });

/**
 * People. `parent_id` is the truth of the org; the interval is derived from it.
 * What each index of each table is for: `indexCatalog`.
 */
export const users = mysqlTable(
  'users',
  {
    id: id('id').primaryKey().autoincrement(),
    name: varchar('name', { length: 200 }).notNull(),
    role: varchar('role', { length: 16 }).notNull(),
    department: varchar('department', { length: 100 }).notNull(),
    parentId: id('parent_id'),
    treeLeft: int('tree_left').notNull(),
    treeRight: int('tree_right').notNull(),
  },
  (t) => [
    index('users_parent_id').on(t.parentId),
    index('users_tree_left').on(t.treeLeft, t.treeRight),
    index('users_name').on(t.name, t.id),
    index('users_role').on(t.role, t.id),
    index('users_department').on(t.department, t.id),
  ],
);

/** The complete closure of the org, self at depth 0; derived from `users.parent_id`. */
export const userHierarchy = mysqlTable(
  'user_hierarchy',
  { userId: id('user_id').notNull(), subordinateId: id('subordinate_id').notNull(), depth: int('depth').notNull() },
  (t) => [
    primaryKey({ columns: [t.userId, t.subordinateId] }),
    index('user_hierarchy_subordinate_id').on(t.subordinateId, t.userId),
    index('user_hierarchy_depth').on(t.userId, t.depth, t.subordinateId),
  ],
);

/** Customers; a customer touches its admin. */
export const customers = mysqlTable(
  'customers',
  {
    customerId: id('customer_id').primaryKey().autoincrement(),
    name: varchar('name', { length: 200 }).notNull(),
    adminUserId: id('admin_user_id').notNull(),
  },
  (t) => [index('customers_admin_user_id').on(t.adminUserId)],
);

/** Orders; an order touches its owner. */
export const orders = mysqlTable(
  'orders',
  {
    orderId: id('order_id').primaryKey().autoincrement(),
    userId: id('user_id').notNull(),
    customerId: id('customer_id'),
    amount: decimal('amount', { precision: 15, scale: 2 }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('orders_user_id').on(t.userId), index('orders_customer_id').on(t.customerId)],
);

/** Finance records. */
export const financialFunds = mysqlTable(
  'financial_funds',
  {
    fundId: id('fund_id').primaryKey().autoincrement(),
    handleBy: id('handle_by').notNull(),
    orderId: id('order_id'),
    customerId: id('customer_id'),
    amount: decimal('amount', { precision: 15, scale: 2 }).notNull(),
    currencyCode: varchar('currency_code', { length: 3 }).notNull(),
    status: varchar('status', { length: 16 }).notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    index('financial_funds_handle_by').on(t.handleBy, t.fundId),
    index('financial_funds_order_id').on(t.orderId),
    index('financial_funds_customer_id').on(t.customerId),
    index('financial_funds_amount').on(t.amount, t.fundId),
    index('financial_funds_created_at').on(t.createdAt, t.fundId),
    index('financial_funds_updated_at').on(t.updatedAt, t.fundId),
    index('financial_funds_status').on(t.status, t.fundId),
  ],
);

/** One row, id 1. `version` counts changes of the org; its row lock puts org writes in a queue. */
export const orgState = mysqlTable('org_state', {
  id: int('id').primaryKey(),
  version: id('version').notNull(),
  changeSequence: id('change_sequence').notNull(),
});
