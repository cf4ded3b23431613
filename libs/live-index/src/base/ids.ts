/** Sorted ids: doubles while all of them are exact, which makes reading and comparing them cheap. */
export type Ids = Float64Array<SharedArrayBuffer> | BigInt64Array<SharedArrayBuffer>;

export const idAt = (ids: Ids, place: number): bigint => {
  const id = ids[place]!;
  return typeof id === 'bigint' ? id : BigInt(id);
};

/** The first place whose id is not below `id`; the length when there is none. */
export function lowerBoundOfId(ids: Ids, id: bigint): number {
  if (ids instanceof BigInt64Array) return lowerBound(ids.length, (place) => ids[place]! < id);
  if (id > BigInt(Number.MAX_SAFE_INTEGER)) return ids.length;
  if (id < BigInt(Number.MIN_SAFE_INTEGER)) return 0;
  const wanted = Number(id);
  // Ids are mostly dense: then the place follows from the id.
  const guess = wanted - (ids[0] ?? 0);
  if (ids[guess] === wanted) return guess;
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of an id; -1 when it is not there. */
export function placeOfId(ids: Ids, id: bigint): number {
  const place = lowerBoundOfId(ids, id);
  return place < ids.length && idAt(ids, place) === id ? place : -1;
}

/** The first of `length` places of which `isBefore` no longer holds; it must hold for a prefix only. */
export function lowerBound(length: number, isBefore: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
