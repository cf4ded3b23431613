/** How a column of ours is used; decides what an old column of that name may be. */
export type ColumnUse = 'key' | 'id' | 'role' | 'status' | 'text' | 'amount' | 'instant' | 'rank';

/** What an adoption expects of a table: our columns, which of them the old table must have, and where NULL is fine. */
export interface TableUse {
  readonly columns: Readonly<Record<string, ColumnUse>>;
  readonly required: readonly string[];
  readonly nullable: readonly string[];
}

/** The adopted tables. Amounts go by MySQL's name here. */
export const tableUses: Readonly<Record<string, TableUse>> = {
  users: {
    columns: {
      id: 'key',
      name: 'text',
      role: 'role',
      department: 'text',
      parent_id: 'id',
      tree_left: 'rank',
      tree_right: 'rank',
    },
    required: ['id', 'role', 'parent_id'],
    nullable: ['parent_id'],
  },
  customers: {
    columns: { customer_id: 'key', name: 'text', admin_user_id: 'id' },
    required: ['customer_id', 'admin_user_id'],
    nullable: [],
  },
  orders: {
    columns: { order_id: 'key', user_id: 'id', customer_id: 'id', amount: 'amount', created_at: 'instant' },
    required: ['order_id', 'user_id'],
    nullable: ['customer_id'],
  },
  financial_funds: {
    columns: {
      fund_id: 'key',
      handle_by: 'id',
      order_id: 'id',
      customer_id: 'id',
      amount: 'amount',
      currency_code: 'text',
      status: 'status',
      created_at: 'instant',
      updated_at: 'instant',
    },
    required: ['fund_id', 'handle_by', 'order_id', 'customer_id', 'amount'],
    nullable: ['order_id', 'customer_id'],
  },
};
