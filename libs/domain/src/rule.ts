import type { Fund } from './fund.ts';

/**
 * How a fund comes to touch a person: the person stands on the fund itself, or on a record the fund points at.
 * Field names are those of the domain records.
 */
export type Basis =
  | { readonly name: 'handler'; readonly record: 'fund'; readonly personField: 'handlerUserId' }
  | {
      readonly name: 'order_owner';
      readonly record: 'order';
      readonly linkField: 'orderId';
      readonly personField: 'ownerUserId';
    }
  | {
      readonly name: 'customer_admin';
      readonly record: 'customer';
      readonly linkField: 'customerId';
      readonly personField: 'adminUserId';
    };

export type BasisName = Basis['name'];

/**
 * The visibility rule as data. A viewer's scope is a set of people: everybody (admin), the subtree (supervisor) or
 * the viewer alone (staff); a fund is visible iff one basis leads to somebody in it. SQL, index, check, explain and
 * reverse lookup derive from this list, in this order.
 */
export const bases: readonly Basis[] = [
  { name: 'handler', record: 'fund', personField: 'handlerUserId' },
  { name: 'order_owner', record: 'order', linkField: 'orderId', personField: 'ownerUserId' },
  { name: 'customer_admin', record: 'customer', linkField: 'customerId', personField: 'adminUserId' },
];

/** Finds the person a record is about; undefined where the record is missing. */
export interface RecordLookup {
  readonly order: (orderId: bigint) => { readonly ownerUserId: bigint } | undefined;
  readonly customer: (customerId: bigint) => { readonly adminUserId: bigint } | undefined;
}

/** The person a fund touches on a basis; undefined for no record or a dangling one. */
export function touchedUserId(basis: Basis, fund: Fund, records: RecordLookup): bigint | undefined {
  switch (basis.record) {
    case 'fund':
      return fund[basis.personField];
    case 'order': {
      const orderId = fund[basis.linkField];
      return orderId === null ? undefined : records.order(orderId)?.[basis.personField];
    }
    case 'customer': {
      const customerId = fund[basis.linkField];
      return customerId === null ? undefined : records.customer(customerId)?.[basis.personField];
    }
  }
}
