import { bigint, datetime, decimal, index, int, mysqlTable, primaryKey, text, varchar } from 'drizzle-orm/mysql-core';

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
    // A walk reads a sort's index alone, since it also holds what decides about visibility. The bases' indexes hold the
    // handler, so that sorting what a team sees by handler, the one order in which it lies together, reads no fund.
    index('financial_funds_handle_by').on(t.handleBy, t.fundId, t.orderId, t.customerId),
    index('financial_funds_order_id').on(t.orderId, t.handleBy),
    index('financial_funds_customer_id').on(t.customerId, t.handleBy),
    index('financial_funds_amount').on(t.amount, t.fundId, t.handleBy, t.orderId, t.customerId),
    index('financial_funds_created_at').on(t.createdAt, t.fundId, t.handleBy, t.orderId, t.customerId),
    index('financial_funds_updated_at').on(t.updatedAt, t.fundId, t.handleBy, t.orderId, t.customerId),
    index('financial_funds_status').on(t.status, t.fundId, t.handleBy, t.orderId, t.customerId),
  ],
);

/**
 * One row, id 1. Its row lock puts org writes in a queue. `version` is another after each change of who is there, who
 * reports to whom and who has which role, by anybody. `tree_in_step` is 1 while intervals and closure are those of
 * `users.parent_id`: triggers on users set it to 0, and whoever has kept or put the tree in step sets it to 1.
 */
export const orgState = mysqlTable('org_state', {
  id: int('id').primaryKey(),
  version: id('version').notNull(),
  treeInStep: int('tree_in_step').notNull().default(0),
});

/**
 * One row, id 1: which history of the database this is. Positions of two histories do not compare. Whoever finds that the
 * database has lost what was committed, or that its numbers stand for other transactions, writes a new `history_id`.
 */
export const history = mysqlTable('history', {
  id: int('id').primaryKey(),
  historyId: varchar('history_id', { length: 36 }).notNull(),
});

/**
 * What was asked, decided and changed, and by whom; rows are only ever added. `sequence` has no gaps, `recorded_at` never
 * goes back, each `entry_hash` covers its row and the hash before, and each `seal` proves that a service wrote it
 * (libs/audit).
 */
export const auditLog = mysqlTable(
  'audit_log',
  {
    sequence: id('sequence').primaryKey(),
    recordedAt: instant('recorded_at').notNull(),
    kind: varchar('kind', { length: 8 }).notNull(),
    caller: varchar('caller', { length: 200 }).notNull(),
    callerAddress: varchar('caller_address', { length: 100 }).notNull(),
    requestId: varchar('request_id', { length: 64 }).notNull(),
    rpc: varchar('rpc', { length: 120 }).notNull(),
    viewerUserId: id('viewer_user_id'),
    argumentsHash: varchar('arguments_hash', { length: 64 }).notNull(),
    outcome: varchar('outcome', { length: 40 }).notNull(),
    resultCount: id('result_count'),
    totalSize: id('total_size'),
    strategy: varchar('strategy', { length: 40 }).notNull(),
    position: varchar('position', { length: 1000 }).notNull(),
    note: varchar('note', { length: 40 }).notNull().default(''),
    entryHash: varchar('entry_hash', { length: 64 }).notNull(),
    seal: varchar('seal', { length: 32 }).notNull().default(''),
  },
  (t) => [
    index('audit_log_recorded_at').on(t.recordedAt, t.sequence),
    index('audit_log_caller').on(t.caller, t.sequence),
    index('audit_log_viewer_user_id').on(t.viewerUserId, t.sequence),
  ],
);

/**
 * Changes that are committed and wait for their place in `audit_log`, in which they are within moments: writes then need
 * not wait for each other (docs/adr/0011). `entry` is a seal and JSON.
 */
export const auditPending = mysqlTable('audit_pending', {
  id: id('id').primaryKey().autoincrement(),
  entry: text('entry').notNull(),
});

/** One row, id 1: the last entry of `audit_log`, and which key seals. Its row lock puts appends in a queue. */
export const auditState = mysqlTable('audit_state', {
  id: int('id').primaryKey(),
  sequence: id('sequence').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  entryHash: varchar('entry_hash', { length: 64 }).notNull(),
  sealKeyId: varchar('seal_key_id', { length: 16 }).notNull().default(''),
});

/** Viewers whose funds are stored in `materialized_funds`, and the state that these rows are of. */
export const materializedViewers = mysqlTable('materialized_viewers', {
  viewerUserId: id('viewer_user_id').primaryKey(),
  rowCount: id('row_count').notNull(),
  orgVersion: id('org_version').notNull(),
  // A GTID set: one range for each server that ever wrote, and more for gaps.
  position: text('position').notNull(),
  refreshedAt: instant('refreshed_at').notNull(),
});

/** The funds that a viewer could see at the last refresh. */
export const materializedFunds = mysqlTable(
  'materialized_funds',
  { viewerUserId: id('viewer_user_id').notNull(), fundId: id('fund_id').notNull() },
  (t) => [primaryKey({ columns: [t.viewerUserId, t.fundId] })],
);
