import { fundStatuses } from '@finance/domain';
import type { IndexBase, SharedInts, SortOrder } from './index-base.ts';
import { radixOrder } from './radix-order.ts';
import { sharedInts } from './shared-arrays.ts';

type SortedColumns = Pick<IndexBase, 'amountCents' | 'createdAtMicros' | 'updatedAtMicros' | 'statuses' | 'handlers'>;

/** Statuses sort by their words. */
const statusRanks = fundStatuses.map((status) => fundStatuses.filter((other) => other < status).length);

/** The orders of all columns but `fund_id`. */
export function buildSortOrders(columns: SortedColumns, peopleById: SharedInts): IndexBase['sortOrders'] {
  const placeById = new Uint32Array(peopleById.length);
  peopleById.forEach((person, place) => (placeById[person] = place));
  return {
    amount: sortOrder(columns.amountCents),
    created_at: sortOrder(columns.createdAtMicros),
    updated_at: sortOrder(columns.updatedAtMicros),
    status: sortOrder(Uint32Array.from(columns.statuses, (status) => statusRanks[status]!)),
    handler_user_id: sortOrder(Uint32Array.from(columns.handlers, (handler) => placeById[handler]!)),
  };
}

function sortOrder(keys: Float64Array | Uint32Array): SortOrder {
  const fundAt = radixOrder(keys);
  const rankOf = sharedInts(fundAt.length);
  for (let rank = 0; rank < fundAt.length; rank += 1) rankOf[fundAt[rank]!] = rank;
  return { fundAt, rankOf };
}
