import type { FundFilter } from '@finance/domain';
import { lowerBound, placeOfId } from '../base/ids.ts';
import type { IndexBase, Lists, SharedDoubles, SortOrder } from '../base/index-base.ts';
import type { People } from '../org/people.ts';

/**
 * The fewest ordinals of the base among which are all that can pass a filter, as far as a list or a stretch of a sort
 * order tells; undefined when nothing narrows them.
 */
export function candidates(filter: FundFilter, base: IndexBase, people: People): Uint32Array | undefined {
  const found: Uint32Array[] = [];
  if (filter.orderId !== undefined) found.push(listOf(base.orders.funds, placeOfId(base.orders.ids, filter.orderId)));
  if (filter.customerId !== undefined) {
    found.push(listOf(base.customers.funds, placeOfId(base.customers.ids, filter.customerId)));
  }
  if (filter.handlerUserId !== undefined) {
    found.push(listOf(base.fundsOfPeople, people.find(filter.handlerUserId) ?? -1));
  }
  if (filter.amountCentsMin !== undefined || filter.amountCentsMax !== undefined) {
    const min = filter.amountCentsMin === undefined ? -Infinity : Number(filter.amountCentsMin);
    const max = filter.amountCentsMax === undefined ? Infinity : Number(filter.amountCentsMax) + 1;
    found.push(stretch(base.sortOrders.amount, base.amountCents, min, max));
  }
  if (filter.createdFromMicros !== undefined || filter.createdToMicros !== undefined) {
    const from = filter.createdFromMicros ?? -Infinity;
    found.push(stretch(base.sortOrders.created_at, base.createdAtMicros, from, filter.createdToMicros ?? Infinity));
  }
  return found.sort((a, b) => a.length - b.length)[0];
}

function listOf({ starts, items }: Lists, place: number): Uint32Array {
  return place < 0 || place + 1 >= starts.length
    ? items.subarray(0, 0)
    : items.subarray(starts[place], starts[place + 1]);
}

/** The funds with a value from `min` to below `end`. */
function stretch({ fundAt }: SortOrder, values: SharedDoubles, min: number, end: number): Uint32Array {
  const placeOf = (bound: number): number => lowerBound(fundAt.length, (rank) => values[fundAt[rank]!]! < bound);
  const start = placeOf(min);
  return fundAt.subarray(start, Math.max(start, placeOf(end)));
}
