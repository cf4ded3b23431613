import { fundStatuses, type Fund } from '@finance/domain';
import { idAt } from './ids.ts';
import { none, type IndexBase } from './index-base.ts';

/** The fund of an ordinal, as the base has it. */
export function baseFund(base: IndexBase, fund: number): Fund {
  const order = base.fundOrders[fund]!;
  const customer = base.fundCustomers[fund]!;
  return {
    fundId: idAt(base.fundIds, fund),
    handlerUserId: base.people.ids[base.handlers[fund]!]!,
    orderId: order === none ? null : idAt(base.orders.ids, order),
    customerId: customer === none ? null : idAt(base.customers.ids, customer),
    amountCents: BigInt(base.amountCents[fund]!),
    currencyCode: base.currencyCodes[base.currencies[fund]!]!,
    status: fundStatuses[base.statuses[fund]!]!,
    createdAtMicros: base.createdAtMicros[fund]!,
    updatedAtMicros: base.updatedAtMicros[fund]!,
  };
}
