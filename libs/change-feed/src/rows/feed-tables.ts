import { fundStatuses, isRecordUnreadable, roles } from '@finance/domain';
import type { RowChange } from '@finance/live-index';
import {
  customerFromRow,
  fundFromRow,
  isAmount,
  isInstant,
  isInteger,
  isText,
  orderOwnerFromRow,
  userFromRow,
} from '@finance/schema';
import type { TableConsumer } from '../table-consumer.ts';

/**
 * A value of a row: integers and amounts (cents) bigint, instants bigint microseconds. Whatever cannot be so, such as
 * `0.5` in a column of integers of SQLite or a date of zeros, comes as it is.
 */
export type Value = bigint | string | number | Uint8Array | null;

/** What is in a column, which decides how it is read. */
export type ColumnContent = 'integer' | 'text' | 'amount' | 'instant';

/** A column that is read. */
export interface FeedColumn {
  readonly name: string;
  readonly content: ColumnContent;
  readonly isNullable?: true;
  /** It names a row by that row's key. */
  readonly isLink?: true;
  /** All that it may hold, where that is not any text. */
  readonly words?: readonly string[];
  /** Stands in for a value that cannot be read; missing where such a value leaves open whom the row concerns. */
  readonly standIn?: Value;
}

/** One of the four tables that are followed. */
export interface FeedTable {
  /** The name in the database. */
  readonly name: string;
  /** The columns that are read, in this order; the first is the key. */
  readonly columns: readonly FeedColumn[];
  /** The index of the column that names a person: whom a fund touches by this row, or a user's parent. */
  readonly personColumn: number;
  /** Hands loaded rows over. */
  readonly deliver: (rows: readonly (readonly Value[])[], into: TableConsumer) => void;
  readonly change: (values: readonly Value[]) => RowChange;
  readonly removal: (id: bigint) => RowChange;
}

/** No database gives this id to anybody. */
const nobody = -(2n ** 63n);

const key = (name: string): FeedColumn => ({ name, content: 'integer' });
const link = (name: string): FeedColumn => ({
  name,
  content: 'integer',
  isLink: true,
  isNullable: true,
  standIn: null,
});
const person = (name: string): FeedColumn => ({ name, content: 'integer', isLink: true, standIn: nobody });
const text = (name: string): FeedColumn => ({ name, content: 'text', standIn: '' });
const word = (name: string, words: readonly string[]): FeedColumn => ({ ...text(name), words, standIn: words.at(-1)! });
const amount = (name: string): FeedColumn => ({ name, content: 'amount', standIn: 0n });
const instant = (name: string): FeedColumn => ({ name, content: 'instant', standIn: 0n });

/** A stand-in gives nobody rights: the last role is the least. */
const users = feedTable('users', 'users', {
  columns: [key('id'), text('name'), word('role', roles), text('department'), link('parent_id')],
  personColumn: 'parent_id',
  read: ([id, name, role, department, parent_id]) => userFromRow({ id, name, role, department, parent_id }),
  give: (rows, into) => into.addUsers(rows),
});

const orders = feedTable('orders', 'orders', {
  columns: [key('order_id'), person('user_id')],
  personColumn: 'user_id',
  read: ([order_id, user_id]) => orderOwnerFromRow({ order_id, user_id }),
  give: (rows, into) => into.addOrders(rows),
});

const customers = feedTable('customers', 'customers', {
  columns: [key('customer_id'), text('name'), person('admin_user_id')],
  personColumn: 'admin_user_id',
  read: ([customer_id, name, admin_user_id]) => customerFromRow({ customer_id, name, admin_user_id }),
  give: (rows, into) => into.addCustomers(rows),
});

const funds = feedTable('financial_funds', 'funds', {
  columns: [
    key('fund_id'),
    person('handle_by'),
    link('order_id'),
    link('customer_id'),
    amount('amount'),
    text('currency_code'),
    word('status', fundStatuses),
    instant('created_at'),
    instant('updated_at'),
  ],
  personColumn: 'handle_by',
  read: (values) =>
    fundFromRow({
      fund_id: values[0],
      handle_by: values[1],
      order_id: values[2],
      customer_id: values[3],
      amount: values[4],
      currency_code: values[5],
      status: values[6],
      created_at: values[7],
      updated_at: values[8],
    }),
  give: (rows, into) => into.addFunds(rows),
});

/** The tables behind the visibility rule. */
export const feedTables: readonly FeedTable[] = [users, customers, orders, funds];

type Changed = RowChange['table'];
type RowOf<Table extends Changed> = NonNullable<Extract<RowChange, { readonly table: Table }>['row']>;

function feedTable<Table extends Changed>(
  name: string,
  table: Table,
  {
    columns,
    personColumn,
    read,
    give,
  }: Pick<FeedTable, 'columns'> & {
    readonly personColumn: string;
    /** @throws DomainError RECORD_UNREADABLE */
    readonly read: (values: readonly Value[]) => RowOf<Table>;
    readonly give: (rows: readonly RowOf<Table>[], into: TableConsumer) => void;
  },
): FeedTable {
  const change = (values: readonly Value[]): RowChange => {
    try {
      return { table, id: values[0], row: read(values) } as RowChange;
    } catch (error) {
      if (!isRecordUnreadable(error)) throw error;
      const bad = columns.filter((column, at) => !isReadable(values[at]!, column));
      const stoodIn = columns.map((column, at) =>
        bad.includes(column) ? standInOf(values[at]!, column) : values[at]!,
      );
      const row = stoodIn.includes(undefined) ? null : read(stoodIn as Value[]);
      return { table, id: values[0], row, unreadable: bad.map((column) => column.name) } as RowChange;
    }
  };
  return {
    name,
    columns,
    personColumn: columns.findIndex((column) => column.name === personColumn),
    deliver: (rows, into) => {
      const found: RowOf<Table>[] = [];
      for (const values of rows) {
        const each = change(values);
        if (each.unreadable) into.addUnreadable(each);
        if (each.row) found.push(each.row as RowOf<Table>);
      }
      give(found, into);
    },
    change,
    removal: (id) => ({ table, id, row: null }) as RowChange,
  };
}

/** What is no integer leads nowhere; one beyond ours may lead to a row with such a key, so that nothing can stand in. */
const standInOf = (value: Value, { isLink, standIn }: FeedColumn): Value | undefined =>
  isLink && typeof value === 'bigint' ? undefined : standIn;

const fits: Readonly<Record<ColumnContent, (value: unknown) => boolean>> = {
  integer: isInteger,
  text: isText,
  amount: isAmount,
  instant: isInstant,
};

function isReadable(value: Value, { content, isNullable, words }: FeedColumn): boolean {
  if (value === null) return isNullable === true;
  return fits[content](value) && (words?.includes(value as string) ?? true);
}
