/** How a column's values are held in a {@link Cell}: amounts as cents, instants as microseconds since 1970 UTC. */
export type ColumnKind = 'integer' | 'text' | 'amount' | 'instant';

/** A value on its way into a database, or out of it, alike on every engine; numbers are safe integers. */
export type Cell = number | string | null;

/** The tables with data, in the order they are loaded. */
export const tableNames = ['users', 'user_hierarchy', 'customers', 'orders', 'financial_funds'] as const;

export type TableName = (typeof tableNames)[number];

/** The tables that `--skip-setup` loads: everything but the org. */
export const recordTableNames = ['customers', 'orders', 'financial_funds'] as const satisfies readonly TableName[];

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The columns of a table in the order of its rows' cells; the first `keyLength` are the primary key. */
export interface TableShape {
  readonly keyLength: number;
  readonly columns: readonly Column[];
}

const columns = (kinds: Readonly<Record<string, ColumnKind>>): readonly Column[] =>
  Object.entries(kinds).map(([name, kind]) => ({ name, kind }));

export const tableShapes: Readonly<Record<TableName, TableShape>> = {
  users: {
    keyLength: 1,
    columns: columns({
      id: 'integer',
      name: 'text',
      role: 'text',
      department: 'text',
      parent_id: 'integer',
      tree_left: 'integer',
      tree_right: 'integer',
    }),
  },
  user_hierarchy: {
    keyLength: 2,
    columns: columns({ user_id: 'integer', subordinate_id: 'integer', depth: 'integer' }),
  },
  customers: { keyLength: 1, columns: columns({ customer_id: 'integer', name: 'text', admin_user_id: 'integer' }) },
  orders: {
    keyLength: 1,
    columns: columns({
      order_id: 'integer',
      user_id: 'integer',
      customer_id: 'integer',
      amount: 'amount',
      created_at: 'instant',
    }),
  },
  financial_funds: {
    keyLength: 1,
    columns: columns({
      fund_id: 'integer',
      handle_by: 'integer',
      order_id: 'integer',
      customer_id: 'integer',
      amount: 'amount',
      currency_code: 'text',
      status: 'text',
      created_at: 'instant',
      updated_at: 'instant',
    }),
  },
};

/** The name of a column on an engine (docs/adr/0002: SQLite holds cents). */
export function columnName(column: Column, engine: 'mysql' | 'sqlite'): string {
  return engine === 'sqlite' && column.kind === 'amount' ? `${column.name}_cents` : column.name;
}

/** The columns of a table on an engine, quoted, in the order of its cells. */
export function columnList(table: TableName, engine: 'mysql' | 'sqlite'): string {
  return tableShapes[table].columns.map((column) => `\`${columnName(column, engine)}\``).join(', ');
}

/** The primary key of a table, quoted. */
export function keyList(table: TableName): string {
  const { columns: all, keyLength } = tableShapes[table];
  return all
    .slice(0, keyLength)
    .map((column) => `\`${column.name}\``)
    .join(', ');
}
