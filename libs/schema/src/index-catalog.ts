/**
 * The named queries that each index serves: `<lib>/<query>[ variant]`, as their query-plans.test.ts names them. An index
 * that serves nothing costs every write and has no place here without a reason. The tests run EXPLAIN on every named
 * query against MySQL and compare both ways. Primary keys also keep rows unique; they are listed for what reads by them.
 */
export const indexCatalog = {
  users: {
    PRIMARY: [
      'store/assign-customer',
      'store/assign-order',
      'store/create-fund',
      'store/create-user',
      'store/explain-access',
      'store/fund-details',
      'store/get-user',
      'store/list-fund-viewers',
      'store/list-subordinates',
      'store/list-users by user_id',
      'store/list-users by user_id of a role',
      'store/move-user',
      'store/resolve-scope',
      'store/update-fund',
      'store/update-user',
      'store/visible-fund-ids',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    users_parent_id: ['store/move-user'],
    users_tree_left: [
      'store/create-user',
      'store/move-user',
      'store/resolve-scope',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    users_name: ['store/list-users by name', 'store/list-users by name of a role'],
    users_role: [
      'store/list-fund-viewers',
      'store/list-users by name of a role',
      'store/list-users by name of a role and department',
      'store/list-users by user_id of a role',
      'store/list-users by user_id of a role and department',
    ],
    users_department: [
      'store/list-users by name of a department',
      'store/list-users by name of a role and department',
      'store/list-users by user_id of a department',
      'store/list-users by user_id of a role and department',
      'strategies/all funds, filtered',
    ],
  },
  user_hierarchy: {
    PRIMARY: [
      'store/list-subordinates',
      'store/move-user',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
    ],
    user_hierarchy_subordinate_id: ['store/create-user', 'store/list-fund-viewers', 'store/move-user'],
    user_hierarchy_depth: ['store/list-subordinates', 'strategies/closure-join of the top'],
  },
  customers: {
    PRIMARY: [
      'store/assign-customer',
      'store/create-fund',
      'store/explain-access',
      'store/fund-details',
      'store/list-fund-viewers',
      'store/update-fund',
      'store/visible-fund-ids',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort, filtered',
    ],
    customers_admin_user_id: [
      'store/move-user',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
  },
  orders: {
    PRIMARY: [
      'store/assign-order',
      'store/create-fund',
      'store/explain-access',
      'store/fund-details',
      'store/list-fund-viewers',
      'store/move-user',
      'store/update-fund',
      'store/visible-fund-ids',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort, filtered',
    ],
    orders_user_id: [
      'store/move-user',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    // For ListCustomerOrders, which reads a customer's orders.
    orders_customer_id: [],
  },
  financial_funds: {
    PRIMARY: [
      'store/delete-fund',
      'store/explain-access',
      'store/get-funds',
      'store/list-fund-viewers',
      'store/update-fund',
      'store/visible-fund-ids',
      'strategies/all funds by fund_id',
      'strategies/closure-join',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of all funds',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_handle_by: [
      'store/move-user',
      'strategies/all funds by handler_user_id',
      'strategies/all funds, filtered',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_order_id: [
      'store/move-user',
      'strategies/all funds, filtered',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_customer_id: [
      'store/move-user',
      'strategies/all funds, filtered',
      'strategies/closure-join',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort',
      'strategies/memory-sort of the top',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_amount: [
      'strategies/all funds by amount',
      'strategies/all funds with total',
      'strategies/all funds, filtered',
      'strategies/closure-join of the top',
      'strategies/closure-join, filtered',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table of the top',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_created_at: [
      'strategies/all funds by created_at',
      'strategies/all funds, filtered',
      'strategies/closure-join, filtered',
      'strategies/memory-sort, filtered',
      'strategies/temporary-table, filtered',
    ],
    financial_funds_updated_at: ['strategies/all funds by updated_at'],
    financial_funds_status: ['strategies/all funds by status', 'strategies/all funds, filtered'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A statement that is allowed to read all of a table or of one of its indexes. */
export interface FullRead {
  readonly query: string;
  readonly table: string;
  /** Part of the statement, with a space for any white space. */
  readonly statement: string;
  /** The only engine that does so; both where absent. */
  readonly only?: 'mysql' | 'sqlite';
  readonly reason: string;
}

const countsEverybody = 'an exact count of everybody; users are the one table that grows with people, not with records';
const ranksMustBeDense = 'makes sure that ranks have no gap before they are moved; writes of the org are rare';
const mostAreVisible = 'the viewer sees nearly everything, so that reading everything costs least';

/** Full reads with their reasons. Everything else that reads all of a table fails the tests of query plans. */
export const fullReads: readonly FullRead[] = [
  ...['by user_id', 'by name'].map((order) => ({
    query: `store/list-users ${order}`,
    table: 'users',
    statement: 'SELECT COUNT(*) AS n FROM users u WHERE 1 = 1',
    reason: countsEverybody,
  })),
  ...['create-user', 'move-user'].map((write) => ({
    query: `store/${write}`,
    table: 'users',
    statement: 'MAX(u.tree_left) AS last_rank',
    reason: ranksMustBeDense,
  })),
  {
    query: 'store/move-user',
    table: 'users',
    statement: 'UPDATE users SET tree_right = tree_right + CASE',
    only: 'mysql',
    reason: 'a move across much of the tree changes the rank of most people; MySQL then goes by primary key',
  },
  {
    query: 'strategies/all funds with total',
    table: 'financial_funds',
    statement: 'SELECT COUNT(*) AS total',
    reason: 'an exact count of all funds; InnoDB and SQLite keep none',
  },
  {
    query: 'strategies/all funds, filtered',
    table: 'financial_funds',
    statement: 'SELECT COUNT(*) AS total FROM financial_funds f WHERE EXISTS (SELECT 1 FROM users d',
    only: 'sqlite',
    reason: 'SQLite probes the handler of each fund instead of starting from the department',
  },
  {
    query: 'strategies/memory-sort of all funds',
    table: 'financial_funds',
    statement: 'AS value FROM financial_funds f WHERE 1 = 1',
    only: 'mysql',
    reason: 'loads every fund by definition; SQLite does so, too, but its plan tells no numbers, only a LIMIT',
  },
  {
    query: 'strategies/closure-join of the top',
    table: 'financial_funds',
    statement: 'SELECT f.fund_id, f.handle_by',
    reason: mostAreVisible,
  },
  {
    query: 'strategies/closure-join of the top',
    table: 'financial_funds',
    statement: 'SELECT COUNT(*) AS total FROM (',
    only: 'mysql',
    reason: mostAreVisible,
  },
];
