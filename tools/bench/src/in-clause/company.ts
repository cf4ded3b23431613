import { bases, buildOrgTree, touchedUserId, type Basis } from '@finance/domain';
import { basisColumns } from '@finance/schema';
import type { DataSet } from '@finance/strategy-contract';
import type { SQL } from 'drizzle-orm';

/** A column of funds and the ids it may have. */
export interface IdList {
  readonly basis: Basis['name'];
  readonly column: SQL;
  readonly ids: readonly bigint[];
}

/** A part of a company, as ids of people, of their orders and of their customers. */
export interface Company {
  readonly lists: readonly IdList[];
  /** Funds that touch its people, by the rule alone. */
  readonly fundCount: number;
}

/** The first so many people in the order of the tree: like a whole company of that size, with all of its records. */
export function companyOf(data: DataSet, size: number): Company {
  const { intervals } = buildOrgTree(data.users);
  const people = new Set([...intervals].filter(([, { left }]) => left < size).map(([userId]) => userId));
  const orders = new Map(data.orders.map((order) => [order.orderId, order]));
  const customers = new Map(data.customers.map((customer) => [customer.customerId, customer]));
  const records = { order: (id: bigint) => orders.get(id), customer: (id: bigint) => customers.get(id) };
  const idsOf = (basis: Basis): bigint[] => {
    switch (basis.record) {
      case 'fund':
        return [...people];
      case 'order':
        return data.orders.filter((order) => people.has(order[basis.personField])).map(({ orderId }) => orderId);
      case 'customer':
        return data.customers
          .filter((customer) => people.has(customer[basis.personField]))
          .map(({ customerId }) => customerId);
    }
  };
  return {
    lists: bases.map((basis) => {
      const { link, personColumn } = basisColumns(basis);
      return { basis: basis.name, column: link ? link.fundColumn : personColumn, ids: idsOf(basis) };
    }),
    fundCount: data.funds.filter((fund) =>
      bases.some((basis) => {
        const userId = touchedUserId(basis, fund, records);
        return userId !== undefined && people.has(userId);
      }),
    ).length,
  };
}
