import {
  bases,
  comparePositions,
  positionOf,
  touchedUserId,
  type BasisName,
  type Fund,
  type FundFilter,
  type FundOrder,
} from '@finance/domain';
import type { DataSet } from '../data-set.ts';
import { passesFilter } from './passes-filter.ts';
import { peopleInView } from './people-in-view.ts';

/** Brute force over a data set: the rule read aloud, the judge of every strategy. */
export interface Oracle {
  /** Every visible fund that passes the filter, in order. @throws DomainError VIEWER_NOT_FOUND */
  visibleFunds(viewerUserId: bigint, filter: FundFilter, order: FundOrder): Fund[];
  /** The bases on which a fund touches somebody in the viewer's scope, in the rule's order. */
  basesInView(viewerUserId: bigint, fund: Fund): BasisName[];
  /** Whether the viewer sees the fund. */
  sees(viewerUserId: bigint, fund: Fund): boolean;
}

/** The oracle of a data set, which must not change while it is used. */
export function createOracle(data: DataSet): Oracle {
  const users = new Map(data.users.map((user) => [user.userId, user]));
  const orders = new Map(data.orders.map((order) => [order.orderId, order]));
  const customers = new Map(data.customers.map((customer) => [customer.customerId, customer]));
  const records = { order: (id: bigint) => orders.get(id), customer: (id: bigint) => customers.get(id) };

  // Only existing users count: a dangling id is no person, so it is in nobody's scope.
  const basesWithin = (people: ReadonlySet<bigint> | null, fund: Fund): BasisName[] =>
    bases
      .filter((basis) => {
        const userId = touchedUserId(basis, fund, records);
        return userId !== undefined && users.has(userId) && (people === null || people.has(userId));
      })
      .map((basis) => basis.name);
  const seen = (people: ReadonlySet<bigint> | null, fund: Fund): boolean =>
    people === null || basesWithin(people, fund).length > 0;

  return {
    visibleFunds: (viewerUserId, filter, order) => {
      const people = peopleInView(data.users, viewerUserId);
      return data.funds
        .filter((fund) => seen(people, fund) && passesFilter(fund, filter, users.get(fund.handlerUserId)))
        .sort((a, b) => comparePositions(positionOf(a, order), positionOf(b, order), order));
    },
    basesInView: (viewerUserId, fund) => basesWithin(peopleInView(data.users, viewerUserId), fund),
    sees: (viewerUserId, fund) => seen(peopleInView(data.users, viewerUserId), fund),
  };
}
