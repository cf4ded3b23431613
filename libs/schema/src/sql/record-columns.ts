import type { Customer, Order } from '@finance/domain';
import { amountIn, integerIn, textIn, type RecordTable, type Values } from './row-values.ts';

/** Where orders are. */
export const orderTable: RecordTable = { name: 'orders', key: 'order_id' };

/** Where customers are. */
export const customerTable: RecordTable = { name: 'customers', key: 'customer_id' };

/** Whom an order touches, from a row of `order_id` and `user_id`. @throws DomainError RECORD_UNREADABLE */
export const orderOwnerFromRow = (row: Values): Pick<Order, 'orderId' | 'ownerUserId'> => ({
  orderId: integerIn(row, 'order_id', orderTable),
  ownerUserId: integerIn(row, 'user_id', orderTable),
});

/** The same with the order's `amount`. @throws DomainError RECORD_UNREADABLE */
export const orderFromRow = (row: Values): Pick<Order, 'orderId' | 'ownerUserId' | 'amountCents'> => ({
  ...orderOwnerFromRow(row),
  amountCents: amountIn(row, 'amount', orderTable),
});

/** A customer from a row of `customer_id`, `name` and `admin_user_id`. @throws DomainError RECORD_UNREADABLE */
export const customerFromRow = (row: Values): Customer => ({
  customerId: integerIn(row, 'customer_id', customerTable),
  name: textIn(row, 'name', customerTable),
  adminUserId: integerIn(row, 'admin_user_id', customerTable),
});
