import type { Customer, Fund, Order, User } from '@finance/domain';

/** What the index keeps of an order. */
export type OrderOwner = Pick<Order, 'orderId' | 'ownerUserId'>;

/**
 * A row as it is after a committed change; `row` is null when it is gone. Applying a change twice, or one that an
 * initial load has seen already, does no harm once all later changes of the row are applied too.
 *
 * `unreadable`: the row is there, and in these columns are values that none of ours can be. `row` then has harmless ones in
 * their place, or is null where it cannot be told whom the row concerns.
 */
export type RowChange = { readonly unreadable?: readonly string[] } & ChangedRow;

type ChangedRow =
  | { readonly table: 'users'; readonly id: bigint; readonly row: User | null }
  | { readonly table: 'orders'; readonly id: bigint; readonly row: OrderOwner | null }
  | { readonly table: 'customers'; readonly id: bigint; readonly row: Customer | null }
  | { readonly table: 'funds'; readonly id: bigint; readonly row: Fund | null };
