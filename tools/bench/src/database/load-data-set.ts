import { instantOf, type Customer, type Fund, type Order, type User } from '@finance/domain';
import {
  fundColumns,
  fundFromRow,
  userColumns,
  userFromRow,
  type Database,
  type Row,
  type SqlSession,
} from '@finance/schema';
import type { DataSet } from '@finance/strategy-contract';
import { sql, type SQL } from 'drizzle-orm';

/** Rows read at once; each becomes an object. */
const batchRows = 50_000;

/** Reads all tables as they are, without any index, closure or interval: the data the oracle judges by. */
export function loadDataSet(database: Database, signal: AbortSignal): Promise<DataSet> {
  const { amountColumn } = database.dialect;
  return database.snapshot(signal, async (session) => ({
    users: await readUsers(session),
    orders: await readTable<Order>(
      session,
      sql`orders o`,
      sql`o.order_id, o.user_id, o.customer_id, o.${sql.raw(amountColumn)} AS amount, o.created_at`,
      'o.order_id',
      'order_id',
      (row) => ({
        orderId: row['order_id'] as bigint,
        ownerUserId: row['user_id'] as bigint,
        customerId: row['customer_id'] as bigint | null,
        amountCents: row['amount'] as bigint,
        createdAtMicros: instantOf(row['created_at'] as bigint),
      }),
    ),
    customers: await readTable<Customer>(
      session,
      sql`customers c`,
      sql`c.customer_id, c.name, c.admin_user_id`,
      'c.customer_id',
      'customer_id',
      (row) => ({
        customerId: row['customer_id'] as bigint,
        name: row['name'] as string,
        adminUserId: row['admin_user_id'] as bigint,
      }),
    ),
    funds: await readTable<Fund>(
      session,
      sql`financial_funds f`,
      fundColumns(session.dialect),
      'f.fund_id',
      'fund_id',
      fundFromRow,
    ),
  }));
}

/** Everybody. */
export const loadUsers = (database: Database, signal: AbortSignal): Promise<User[]> =>
  database.snapshot(signal, readUsers);

const readUsers = (session: SqlSession): Promise<User[]> =>
  readTable<User>(session, sql`users u`, userColumns, 'u.id', 'id', userFromRow);

async function readTable<T>(
  session: SqlSession,
  table: SQL,
  columns: SQL,
  key: string,
  keyName: string,
  fromRow: (row: Row) => T,
): Promise<T[]> {
  const all: T[] = [];
  for (let last: bigint | undefined; ;) {
    const beyond = last === undefined ? sql`` : sql`WHERE ${sql.raw(key)} > ${last}`;
    const rows: Row[] = await session.all(
      sql`SELECT ${columns} FROM ${table} ${beyond} ORDER BY ${sql.raw(key)} LIMIT ${batchRows}`,
    );
    for (const row of rows) all.push(fromRow(row));
    if (rows.length < batchRows) return all;
    last = rows[rows.length - 1]![keyName] as bigint;
  }
}
