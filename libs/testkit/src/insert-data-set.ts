import { buildOrgTree, closureRows } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import type { DataSet } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';

type Value = bigint | number | string | null;

/** Below SQLite's limit of 32,766 parameters a statement. */
const parametersMax = 30_000;

/**
 * Replaces everything in a database by a data set, in one transaction, with the right intervals and closure; gives
 * the org another version. The org must be free of cycles; references may dangle.
 */
export async function insertDataSet(database: Database, data: DataSet): Promise<void> {
  const { intervals, cyclicUserIds } = buildOrgTree(data.users);
  if (cyclicUserIds.length > 0) throw new Error(`users ${cyclicUserIds.join(', ')} stand on or below a cycle`);
  const { amountColumn, amountParam, instantParam } = database.dialect;

  await database.transaction(new AbortController().signal, async (session) => {
    for (const table of ['financial_funds', 'orders', 'customers', 'user_hierarchy', 'users']) {
      await session.run(sql`DELETE FROM ${sql.raw(table)}`);
    }
    await insertRows(
      session,
      'users (id, name, role, department, parent_id, tree_left, tree_right)',
      data.users.map((user) => {
        const { left, right } = intervals.get(user.userId)!;
        return [user.userId, user.name, user.role, user.department, user.parentUserId, left, right];
      }),
    );
    await insertRows(
      session,
      'user_hierarchy (user_id, subordinate_id, depth)',
      Array.from(closureRows(data.users), (row) => [row.userId, row.subordinateId, row.depth]),
    );
    await insertRows(
      session,
      'customers (customer_id, name, admin_user_id)',
      data.customers.map((customer) => [customer.customerId, customer.name, customer.adminUserId]),
    );
    await insertRows(
      session,
      `orders (order_id, user_id, customer_id, ${amountColumn}, created_at)`,
      data.orders.map((order) => [
        order.orderId,
        order.ownerUserId,
        order.customerId,
        amountParam(order.amountCents),
        instantParam(order.createdAtMicros),
      ]),
    );
    await insertRows(
      session,
      `financial_funds (fund_id, handle_by, order_id, customer_id, ${amountColumn}, currency_code, status,
        created_at, updated_at)`,
      data.funds.map((fund) => [
        fund.fundId,
        fund.handlerUserId,
        fund.orderId,
        fund.customerId,
        amountParam(fund.amountCents),
        fund.currencyCode,
        fund.status,
        instantParam(fund.createdAtMicros),
        instantParam(fund.updatedAtMicros),
      ]),
    );
    await session.run(sql`UPDATE org_state SET version = version + 1, tree_in_step = 1 WHERE id = 1`);
  });
}

async function insertRows(session: SqlSession, target: string, rows: readonly (readonly Value[])[]): Promise<void> {
  const rowsMax = Math.floor(parametersMax / (rows[0]?.length ?? 1));
  for (let start = 0; start < rows.length; start += rowsMax) {
    const values = rows.slice(start, start + rowsMax).map(
      (row) =>
        sql`(${sql.join(
          row.map((value) => sql`${value}`),
          sql`, `,
        )})`,
    );
    await session.run(sql`INSERT INTO ${sql.raw(target)} VALUES ${sql.join(values, sql`, `)}`);
  }
}
