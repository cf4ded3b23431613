import type { Customer, Fund, User } from '@finance/domain';
import type { OrderOwner, RowChange } from '@finance/live-index';
import { fundFromRow, userFromRow } from '@finance/schema';
import type { TableConsumer } from '../table-consumer.ts';

/** A value of a row: integers and amounts (cents) bigint, instants bigint microseconds. As `Row` of libs/schema. */
export type Value = bigint | string | null;

/** What is in a column, which decides how it is read. */
export type ColumnContent = 'integer' | 'text' | 'amount' | 'instant';

/** One of the four tables that are followed. */
export interface FeedTable {
  /** The name in the database. */
  readonly name: string;
  /** The columns that are read, in this order; the first is the key. */
  readonly columns: readonly { readonly name: string; readonly content: ColumnContent }[];
  /** The index of the column that names a person: whom a fund touches by this row, or a user's parent. */
  readonly personColumn: number;
  /** Hands loaded rows over. @throws Error for a value that is none of ours */
  readonly deliver: (rows: readonly (readonly Value[])[], into: TableConsumer) => void;
  readonly change: (values: readonly Value[]) => RowChange;
  readonly removal: (id: bigint) => RowChange;
}

const integer = (name: string) => ({ name, content: 'integer' }) as const;
const text = (name: string) => ({ name, content: 'text' }) as const;
const instant = (name: string) => ({ name, content: 'instant' }) as const;

const userOf = ([id, name, role, department, parent_id]: readonly Value[]): User =>
  userFromRow({ id: id!, name: name!, role: role!, department: department!, parent_id: parent_id! });

const users: FeedTable = {
  name: 'users',
  columns: [integer('id'), text('name'), text('role'), text('department'), integer('parent_id')],
  personColumn: 4,
  deliver: (rows, into) => into.addUsers(rows.map(userOf)),
  change: (values) => ({ table: 'users', id: values[0] as bigint, row: userOf(values) }),
  removal: (id) => ({ table: 'users', id, row: null }),
};

const orderOf = (values: readonly Value[]): OrderOwner => ({
  orderId: values[0] as bigint,
  ownerUserId: values[1] as bigint,
});

const orders: FeedTable = {
  name: 'orders',
  columns: [integer('order_id'), integer('user_id')],
  personColumn: 1,
  deliver: (rows, into) => into.addOrders(rows.map(orderOf)),
  change: (values) => ({ table: 'orders', id: values[0] as bigint, row: orderOf(values) }),
  removal: (id) => ({ table: 'orders', id, row: null }),
};

const customerOf = (values: readonly Value[]): Customer => ({
  customerId: values[0] as bigint,
  name: values[1] as string,
  adminUserId: values[2] as bigint,
});

const customers: FeedTable = {
  name: 'customers',
  columns: [integer('customer_id'), text('name'), integer('admin_user_id')],
  personColumn: 2,
  deliver: (rows, into) => into.addCustomers(rows.map(customerOf)),
  change: (values) => ({ table: 'customers', id: values[0] as bigint, row: customerOf(values) }),
  removal: (id) => ({ table: 'customers', id, row: null }),
};

const fundOf = (values: readonly Value[]): Fund =>
  fundFromRow({
    fund_id: values[0]!,
    handle_by: values[1]!,
    order_id: values[2]!,
    customer_id: values[3]!,
    amount: values[4]!,
    currency_code: values[5]!,
    status: values[6]!,
    created_at: values[7]!,
    updated_at: values[8]!,
  });

const funds: FeedTable = {
  name: 'financial_funds',
  columns: [
    integer('fund_id'),
    integer('handle_by'),
    integer('order_id'),
    integer('customer_id'),
    { name: 'amount', content: 'amount' },
    text('currency_code'),
    text('status'),
    instant('created_at'),
    instant('updated_at'),
  ],
  personColumn: 1,
  deliver: (rows, into) => into.addFunds(rows.map(fundOf)),
  change: (values) => ({ table: 'funds', id: values[0] as bigint, row: fundOf(values) }),
  removal: (id) => ({ table: 'funds', id, row: null }),
};

/** The tables behind the visibility rule. */
export const feedTables: readonly FeedTable[] = [users, customers, orders, funds];
