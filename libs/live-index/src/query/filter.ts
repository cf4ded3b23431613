import { fundStatuses, type Fund, type FundFilter } from '@finance/domain';
import { placeOfId } from '../base/ids.ts';
import { none, type IndexBase } from '../base/index-base.ts';
import type { Org } from '../org/org.ts';
import type { People } from '../org/people.ts';

/** A filter, ready to be asked of many funds. */
export interface CompiledFilter {
  /** Of a fund that is still in the base. */
  passesBase(ordinal: number): boolean;
  passes(fund: Fund): boolean;
}

/** Valid until users change, if it asks for a department. */
export function compileFilter(filter: FundFilter, base: IndexBase, people: People, org: Org): CompiledFilter {
  const amountMin = filter.amountCentsMin === undefined ? -Infinity : Number(filter.amountCentsMin);
  const amountMax = filter.amountCentsMax === undefined ? Infinity : Number(filter.amountCentsMax);
  const createdFrom = filter.createdFromMicros ?? -Infinity;
  const createdTo = filter.createdToMicros ?? Infinity;
  const { statuses } = filter;
  const statusPasses = fundStatuses.map((status) => statuses === undefined || statuses.includes(status));
  const handler = filter.handlerUserId === undefined ? undefined : (people.find(filter.handlerUserId) ?? none);
  const order = filter.orderId === undefined ? undefined : placeOfId(base.orders.ids, filter.orderId);
  const customer = filter.customerId === undefined ? undefined : placeOfId(base.customers.ids, filter.customerId);
  const department = filter.handlerDepartment;
  const inDepartment =
    department === undefined
      ? undefined
      : Uint8Array.from({ length: people.count }, (_, person) => (org.department(person) === department ? 1 : 0));

  return {
    passesBase: (fund) => {
      const amount = base.amountCents[fund]!;
      const created = base.createdAtMicros[fund]!;
      return (
        amount >= amountMin &&
        amount <= amountMax &&
        created >= createdFrom &&
        created < createdTo &&
        statusPasses[base.statuses[fund]!]! &&
        (handler === undefined || base.handlers[fund] === handler) &&
        (order === undefined || base.fundOrders[fund] === order) &&
        (customer === undefined || base.fundCustomers[fund] === customer) &&
        (inDepartment === undefined || inDepartment[base.handlers[fund]!] === 1)
      );
    },
    passes: (fund) => {
      const amount = Number(fund.amountCents);
      return (
        amount >= amountMin &&
        amount <= amountMax &&
        fund.createdAtMicros >= createdFrom &&
        fund.createdAtMicros < createdTo &&
        (statuses === undefined || statuses.includes(fund.status)) &&
        (filter.handlerUserId === undefined || fund.handlerUserId === filter.handlerUserId) &&
        (filter.orderId === undefined || fund.orderId === filter.orderId) &&
        (filter.customerId === undefined || fund.customerId === filter.customerId) &&
        (department === undefined || org.department(people.ordinalOf(fund.handlerUserId)) === department)
      );
    },
  };
}

/** What the filter of a request is cached by; empty for none. */
export function filterKey(filter: FundFilter): string {
  const parts = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return '';
  parts.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(parts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
