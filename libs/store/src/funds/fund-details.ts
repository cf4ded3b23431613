import { bases, touchedUserId, type Fund, type FundDetails, type Scope } from '@finance/domain';
import {
  customerFromRow,
  customerTable,
  named,
  orderOwnerFromRow,
  orderTable,
  textIn,
  userTable,
  type RecordTable,
  type Row,
  type SqlSession,
} from '@finance/schema';
import type { SQL } from 'drizzle-orm';
import { chunksOf, idList } from '../id-list.ts';

const namedSql = named('store/fund-details');

/**
 * Details of the funds of a page, by fund id: three queries for each 500 ids, never one for a fund.
 * Indexes: primary keys of orders, customers and users.
 * @throws DomainError RECORD_UNREADABLE
 */
export async function fundDetails(
  session: SqlSession,
  scope: Scope,
  funds: readonly Fund[],
): Promise<Map<bigint, FundDetails>> {
  const orders = await byId(orderTable, idsOf(funds, 'orderId'), (ids) =>
    session.all(namedSql`SELECT o.order_id, o.user_id FROM orders o WHERE o.order_id IN ${ids}`),
  );
  const customers = await byId(customerTable, idsOf(funds, 'customerId'), (ids) =>
    session.all(namedSql`SELECT c.customer_id, c.name, c.admin_user_id FROM customers c WHERE c.customer_id IN ${ids}`),
  );
  const order = (orderId: bigint) => {
    const row = orders.get(orderId);
    return row && orderOwnerFromRow(row);
  };
  const customer = (customerId: bigint) => {
    const row = customers.get(customerId);
    return row && customerFromRow(row);
  };

  const touched = (fund: Fund) => bases.map((basis) => touchedUserId(basis, fund, { order, customer }));
  const personIds = funds.flatMap(touched).filter((userId) => userId !== undefined);
  const people = await byId(userTable, personIds, (ids) =>
    session.all(namedSql`SELECT u.id, u.name, u.department, u.tree_left FROM users u WHERE u.id IN ${ids}`),
  );
  const inScope = scope.people && 'userIds' in scope.people ? new Set(scope.people.userIds) : scope.people;
  const isInScope = (userId: bigint | undefined): boolean => {
    const person = userId === undefined ? undefined : people.get(userId);
    if (!person || inScope === null) return person !== undefined;
    if (inScope instanceof Set) return inScope.has(person['id'] as bigint);
    const treeLeft = Number(person['tree_left']);
    return inScope.left <= treeLeft && treeLeft <= inScope.right;
  };
  const textOf = (userId: bigint | undefined, column: 'name' | 'department'): string => {
    const person = userId === undefined ? undefined : people.get(userId);
    return person ? textIn(person, column, userTable) : '';
  };

  return new Map(
    funds.map((fund) => {
      const owner = fund.orderId === null ? undefined : order(fund.orderId)?.ownerUserId;
      const itsCustomer = fund.customerId === null ? undefined : customer(fund.customerId);
      const persons = touched(fund);
      return [
        fund.fundId,
        {
          handlerName: textOf(fund.handlerUserId, 'name'),
          handlerDepartment: textOf(fund.handlerUserId, 'department'),
          orderOwnerUserId: owner ?? null,
          orderOwnerName: textOf(owner, 'name'),
          customerName: itsCustomer?.name ?? '',
          customerAdminUserId: itsCustomer?.adminUserId ?? null,
          customerAdminName: textOf(itsCustomer?.adminUserId, 'name'),
          viewerBases: bases.filter((_, i) => isInScope(persons[i])).map((basis) => basis.name),
        },
      ];
    }),
  );
}

const idsOf = (funds: readonly Fund[], field: 'orderId' | 'customerId'): bigint[] =>
  funds.map((fund) => fund[field]).filter((id) => id !== null);

async function byId(
  { key }: RecordTable,
  ids: readonly bigint[],
  read: (ids: SQL) => Promise<Row[]>,
): Promise<Map<bigint, Row>> {
  const found = new Map<bigint, Row>();
  for (const chunk of chunksOf(ids)) {
    for (const row of await read(idList(chunk))) found.set(row[key] as bigint, row);
  }
  return found;
}
