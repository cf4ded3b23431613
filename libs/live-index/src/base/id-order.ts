import type { Ids } from './ids.ts';
import { radixOrder } from './radix-order.ts';
import { sharedDoubles, sharedInts, sharedLongs } from './shared-arrays.ts';
import type { SharedInts } from './index-base.ts';

/** The places of ids in ascending order. */
export function idOrder(ids: BigInt64Array): SharedInts {
  if (isSafe(ids)) return radixOrder(Float64Array.from(ids, Number));
  const order = sharedInts(ids.length);
  for (let place = 0; place < ids.length; place += 1) order[place] = place;
  return order.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
}

/** Ids in an order, in the narrowest form that keeps them exact. */
export function idsInOrder(ids: BigInt64Array, order: SharedInts): Ids {
  if (isSafe(ids)) {
    const doubles = sharedDoubles(order.length);
    for (let i = 0; i < order.length; i += 1) doubles[i] = Number(ids[order[i]!]!);
    return doubles;
  }
  const longs = sharedLongs(order.length);
  for (let i = 0; i < order.length; i += 1) longs[i] = ids[order[i]!]!;
  return longs;
}

/** Whether doubles hold the ids exactly, and also the distance of any two. */
function isSafe(ids: BigInt64Array): boolean {
  const limit = 2n ** 52n;
  for (const id of ids) if (id >= limit || id <= -limit) return false;
  return true;
}
