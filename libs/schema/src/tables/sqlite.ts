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
    // A walk reads a sort's index alone, since it also holds what decides about visibility. The bases' indexes hold the
    // handler, so that sorting what a team sees by handler, the one order in which it lies together, reads no fund.
    index('financial_funds_handle_by').on(t.handleBy, t.fundId, t.orderId, t.customerId),
    index('financial_funds_order_id').on(t.orderId, t.handleBy),
    index('financial_funds_customer_id').on(t.customerId, t.handleBy),
    index('financial_funds_amount').on(t.amountCents, t.fundId, t.handleBy, t.orderId, t.customerId),
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
export const orgState = sqliteTable('org_state', {
  id: integer('id').primaryKey(),
  version: id('version').notNull(),
  treeInStep: integer('tree_in_step').notNull().default(0),
});

/**
 * One row, id 1: which history of the database this is. Positions of two histories do not compare. Whoever finds that the
 * database has lost what was committed, or that its numbers stand for other transactions, writes a new `history_id`.
 */
export const history = sqliteTable('history', {
  id: integer('id').primaryKey(),
  historyId: text('history_id').notNull(),
});

/**
 * What was asked, decided and changed, and by whom; rows are only ever added. `sequence` has no gaps, `recorded_at` never
 * goes back, each `entry_hash` covers its row and the hash before, and each `seal` proves that a service wrote it
 * (libs/audit).
 */
export const auditLog = sqliteTable(
  'audit_log',
  {
    sequence: id('sequence').primaryKey(),
    recordedAt: instant('recorded_at').notNull(),
    kind: text('kind').notNull(),
    caller: text('caller').notNull(),
    callerAddress: text('caller_address').notNull(),
    requestId: text('request_id').notNull(),
    rpc: text('rpc').notNull(),
    viewerUserId: id('viewer_user_id'),
    argumentsHash: text('arguments_hash').notNull(),
    outcome: text('outcome').notNull(),
    resultCount: id('result_count'),
    totalSize: id('total_size'),
    strategy: text('strategy').notNull(),
    position: text('position').notNull(),
    note: text('note').notNull().default(''),
    entryHash: text('entry_hash').notNull(),
    seal: text('seal').notNull().default(''),
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
export const auditPending = sqliteTable('audit_pending', {
  id: id('id').primaryKey({ autoIncrement: true }),
  entry: text('entry').notNull(),
});

/** One row, id 1: the last entry of `audit_log`, and which key seals. Its row lock puts appends in a queue. */
export const auditState = sqliteTable('audit_state', {
  id: integer('id').primaryKey(),
  sequence: id('sequence').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  entryHash: text('entry_hash').notNull(),
  sealKeyId: text('seal_key_id').notNull().default(''),
});

/** Viewers whose funds are stored in `materialized_funds`, and the state that these rows are of. */
export const materializedViewers = sqliteTable('materialized_viewers', {
  viewerUserId: id('viewer_user_id').primaryKey(),
  rowCount: integer('row_count').notNull(),
  orgVersion: id('org_version').notNull(),
  position: text('position').notNull(),
  refreshedAt: instant('refreshed_at').notNull(),
});

/** The funds that a viewer could see at the last refresh. */
export const materializedFunds = sqliteTable(
  'materialized_funds',
  { viewerUserId: id('viewer_user_id').notNull(), fundId: id('fund_id').notNull() },
  (t) => [primaryKey({ columns: [t.viewerUserId, t.fundId] })],
);

/**
 * What changed, in commit order: the key of a row of users (table_code 1), customers (2), orders (3) or financial_funds
 * (4), written by triggers, and whom the row named before and after: a user's parent (0: none), a customer's admin, an
 * order's owner, a fund's handler; null where there was no row. Code 0: rows were loaded past the triggers. `mark` is random:
 * an entry of the same sequence in a restored file has another. Followers prune what is old.
 */
export const changeLog = sqliteTable('change_log', {
  sequence: id('sequence').primaryKey({ autoIncrement: true }),
  tableCode: integer('table_code').notNull(),
  rowId: id('row_id').notNull(),
  oldUserId: id('old_user_id'),
  newUserId: id('new_user_id'),
  mark: id('mark'),
});
