import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** SQLite integers have 64 bits; instants are microseconds since 1970 UTC. */
const id = (name: string) => integer(name);
const instant = (name: string) => integer(name);

/**
 * People. `parent_id` is the truth of the org; the interval is derived from it.
 * What each index of each table is for: `indexCatalog`.
 */
export const users = sqliteTable(
  'users',
  {
    id: id('id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    role: text('role').notNull(),
    department: text('department').notNull(),
    parentId: id('parent_id'),
    treeLeft: integer('tree_left').notNull(),
    treeRight: integer('tree_right').notNull(),
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
export const userHierarchy = sqliteTable(
  'user_hierarchy',
  { userId: id('user_id').notNull(), subordinateId: id('subordinate_id').notNull(), depth: integer('depth').notNull() },
  (t) => [
    primaryKey({ columns: [t.userId, t.subordinateId] }),
    index('user_hierarchy_subordinate_id').on(t.subordinateId, t.userId),
    index('user_hierarchy_depth').on(t.userId, t.depth, t.subordinateId),
  ],
);

/** Customers; a customer touches its admin. */
export const customers = sqliteTable(
  'customers',
  {
    customerId: id('customer_id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    adminUserId: id('admin_user_id').notNull(),
  },
  (t) => [index('customers_admin_user_id').on(t.adminUserId)],
);

/** Orders; an order touches its owner. */
export const orders = sqliteTable(
  'orders',
  {
    orderId: id('order_id').primaryKey({ autoIncrement: true }),
    userId: id('user_id').notNull(),
    customerId: id('customer_id'),
    amountCents: integer('amount_cents').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('orders_user_id').on(t.userId), index('orders_customer_id').on(t.customerId)],
);

/** Finance records. */
export const financialFunds = sqliteTable(
  'financial_funds',
  {
    fundId: id('fund_id').primaryKey({ autoIncrement: true }),
    handleBy: id('handle_by').notNull(),
    orderId: id('order_id'),
    customerId: id('customer_id'),
    amountCents: integer('amount_cents').notNull(),
    currencyCode: text('currency_code').notNull(),
    status: text('status').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    index('financial_funds_handle_by').on(t.handleBy, t.fundId),
    index('financial_funds_order_id').on(t.orderId),
    index('financial_funds_customer_id').on(t.customerId),
    index('financial_funds_amount').on(t.amountCents, t.fundId),
    index('financial_funds_created_at').on(t.createdAt, t.fundId),
    index('financial_funds_updated_at').on(t.updatedAt, t.fundId),
    index('financial_funds_status').on(t.status, t.fundId),
  ],
);

/** One row, id 1. `version` counts changes of the org; its row lock puts org writes in a queue. */
export const orgState = sqliteTable('org_state', {
  id: integer('id').primaryKey(),
  version: id('version').notNull(),
  changeSequence: id('change_sequence').notNull(),
});
