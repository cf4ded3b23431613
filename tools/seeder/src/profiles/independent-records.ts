import { fundStatuses } from '@finance/domain';
import type { OrgIndex } from '../org/org-index.ts';
import { uniformBelow } from '../random/distributions.ts';
import { randomField } from '../random/random-field.ts';
import { instantAfter, instantAt } from '../random/time-span.ts';
import { customerNames } from './customer-names.ts';
import type { RecordGenerator } from './profile.ts';

/** Up to 1,000,000.00. */
const amountCentsMax = 100_000_000;

/** Every field of every record is drawn uniformly and independently; every reference leads to a record. */
export function independentRecords(org: OrgIndex, recordCount: number, seed: number): RecordGenerator {
  const person = (name: string) => {
    const draw = randomField(seed, name);
    return (row: number) => org.userIdByRank[uniformBelow(org.count, draw(row))]!;
  };
  const record = (name: string) => {
    const draw = randomField(seed, name);
    return (row: number) => 1 + uniformBelow(recordCount, draw(row));
  };
  const cents = (name: string) => {
    const draw = randomField(seed, name);
    return (row: number) => 1 + uniformBelow(amountCentsMax, draw(row));
  };
  const customerName = customerNames(seed);
  const customerAdmin = person('customers/admin');
  const orderOwner = person('orders/owner');
  const orderCustomer = record('orders/customer');
  const orderCents = cents('orders/amount');
  const orderTime = randomField(seed, 'orders/time');
  const fundHandler = person('funds/handler');
  const fundOrder = record('funds/order');
  const fundCustomer = record('funds/customer');
  const fundCents = cents('funds/amount');
  const fundStatus = randomField(seed, 'funds/status');
  const fundTime = randomField(seed, 'funds/time');
  const fundUpdate = randomField(seed, 'funds/update');
  return {
    customer: (id) => ({ name: customerName(id), adminUserId: customerAdmin(id) }),
    order: (id) => ({
      ownerUserId: orderOwner(id),
      customerId: orderCustomer(id),
      amountCents: orderCents(id),
      createdAtMicros: instantAt(orderTime(id)),
    }),
    fund: (id) => {
      const createdAtMicros = instantAt(fundTime(id));
      return {
        handlerUserId: fundHandler(id),
        orderId: fundOrder(id),
        customerId: fundCustomer(id),
        amountCents: fundCents(id),
        status: fundStatuses[uniformBelow(fundStatuses.length, fundStatus(id))]!,
        createdAtMicros,
        updatedAtMicros: instantAfter(createdAtMicros, Number.MAX_SAFE_INTEGER, fundUpdate(id)),
      };
    },
  };
}
