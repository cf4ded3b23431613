import {
  bases,
  buildOrgTree,
  viewerNotFound,
  peopleInScope,
  touchedUserId,
  type Customer,
  type Fund,
  type Order,
  type Scope,
  type User,
} from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';

/** A data set prepared for answering: no database, everything in the process. Never changes. */
export interface MemoryStore {
  readonly funds: readonly Fund[];
  readonly departmentOf: (userId: bigint) => string | undefined;
  /** The tree places of the people a fund touches; dangling ones are left out. */
  readonly touchedPlaces: (fund: Fund) => number[];
  /** @throws DomainError VIEWER_NOT_FOUND */
  readonly scopeOf: (viewerUserId: bigint) => Scope;
}

/** Prepares a data set. @throws Error when parent ids form a cycle */
export function createMemoryStore(data: DataSet): MemoryStore {
  const users = new Map<bigint, User>(data.users.map((user) => [user.userId, user]));
  const orders = new Map<bigint, Order>(data.orders.map((order) => [order.orderId, order]));
  const customers = new Map<bigint, Customer>(data.customers.map((customer) => [customer.customerId, customer]));
  const { intervals, cyclicUserIds } = buildOrgTree(data.users);
  if (cyclicUserIds.length > 0) throw new Error(`parent ids form a cycle at user ${cyclicUserIds[0]}`);
  const records = { order: (id: bigint) => orders.get(id), customer: (id: bigint) => customers.get(id) };

  return {
    funds: data.funds,
    departmentOf: (userId) => users.get(userId)?.department,
    touchedPlaces: (fund) =>
      bases.flatMap((basis) => {
        const userId = touchedUserId(basis, fund, records);
        const place = userId === undefined ? undefined : intervals.get(userId);
        return place ? [place.left] : [];
      }),
    scopeOf: (viewerUserId) => {
      const viewer = users.get(viewerUserId);
      const place = intervals.get(viewerUserId);
      if (!viewer || !place) throw viewerNotFound(viewerUserId);
      return {
        viewerUserId,
        role: viewer.role,
        people: peopleInScope(viewer.role, place.left, place.right),
        subordinateCount: place.right - place.left,
        orgVersion: 1n,
      };
    },
  };
}
