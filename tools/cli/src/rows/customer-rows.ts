import { CustomerOrdersSchema, type CustomerOrder, type CustomerOrders } from '@finance/contract/funds-service';
import { amountText } from '../output/amounts.ts';
import { jsonOf } from '../output/json.ts';
import type { Listing } from '../output/listing.ts';
import { idText } from '../output/words.ts';

/** An order beside its customer; a customer without orders has one line. */
interface CustomerLine {
  readonly customer: CustomerOrders;
  readonly order: CustomerOrder | undefined;
}

const orderId = ({ order }: CustomerLine): string => idText(order?.orderId ?? 0n);
const owner = ({ order }: CustomerLine): string => idText(order?.ownerUserId ?? 0n);
const amount = ({ order }: CustomerLine): string => (order === undefined ? '' : amountText(order.amountCents));
const customerId = ({ customer }: CustomerLine): string => String(customer.customerId);
const customerName = ({ customer }: CustomerLine): string => customer.customerName;
const admin = ({ customer }: CustomerLine): string => idText(customer.adminUserId);

/** Customers with their orders in every form; in tables and CSV one order a line. */
export const customerListing: Listing<CustomerOrders, CustomerLine> = {
  noun: 'customers',
  key: 'customers',
  jsonOf: (customer) => jsonOf(CustomerOrdersSchema, customer),
  linesOf: (customer) =>
    customer.orders.length === 0
      ? [{ customer, order: undefined }]
      : customer.orders.map((order) => ({ customer, order })),
  table: [
    { name: 'customer', of: customerId, right: true },
    { name: 'name', of: customerName },
    { name: 'admin', of: admin, right: true },
    { name: 'order', of: orderId, right: true },
    { name: 'owner', of: owner, right: true },
    { name: 'amount', of: amount, right: true },
  ],
  csv: [
    { name: 'customer_id', of: customerId },
    { name: 'customer_name', of: customerName },
    { name: 'admin_user_id', of: admin },
    { name: 'order_id', of: orderId },
    { name: 'owner_user_id', of: owner },
    { name: 'amount', of: amount },
  ],
};
