import { buildOrgTree, closureRows } from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';
import { checksumOfRows, together, type Checksums } from '../data/checksum.ts';
import type { SqlValue } from '../database/sql-connection.ts';

/** What a database that holds a data set must answer; intervals and closure are computed by the domain's own code. */
export async function checksumsOfDataSet(data: DataSet): Promise<Checksums> {
  const { intervals } = buildOrgTree(data.users);
  const closure = [...closureRows(data.users)].sort((a, b) =>
    a.userId === b.userId ? Number(a.subordinateId - b.subordinateId) : Number(a.userId - b.userId),
  );
  const sum = <T>(items: readonly T[], row: (item: T) => SqlValue[]): Promise<string> => checksumOfRows(items.map(row));
  return together([
    [
      'users',
      await sum(data.users, (user) => {
        const { left, right } = intervals.get(user.userId)!;
        return [user.userId, user.name, user.role, user.department, user.parentUserId, left, right];
      }),
    ],
    ['user_hierarchy', await sum(closure, (row) => [row.userId, row.subordinateId, row.depth])],
    ['customers', await sum(data.customers, (customer) => [customer.customerId, customer.name, customer.adminUserId])],
    [
      'orders',
      await sum(data.orders, (order) => [
        order.orderId,
        order.ownerUserId,
        order.customerId,
        order.amountCents,
        order.createdAtMicros,
      ]),
    ],
    [
      'financial_funds',
      await sum(data.funds, (fund) => [
        fund.fundId,
        fund.handlerUserId,
        fund.orderId,
        fund.customerId,
        fund.amountCents,
        fund.currencyCode,
        fund.status,
        fund.createdAtMicros,
        fund.updatedAtMicros,
      ]),
    ],
  ]);
}
