import type { SharedInts } from './index-base.ts';
import { sharedInts } from './shared-arrays.ts';

const digitBits = 16;
const digitValues = 1 << digitBits;

/**
 * The places of `keys` in ascending order, equal keys in the order of their places. Keys are whole numbers that
 * span less than 2^53. Sorted by 16 bits at a time, lowest first: linear, where a comparing sort of ten million
 * takes ten seconds.
 */
export function radixOrder(keys: Float64Array | Uint32Array): SharedInts {
  const { length } = keys;
  let smallest = Infinity;
  let largest = -Infinity;
  for (let place = 0; place < length; place += 1) {
    const key = keys[place]!;
    if (key < smallest) smallest = key;
    if (key > largest) largest = key;
  }
  let order = sharedInts(length);
  for (let place = 0; place < length; place += 1) order[place] = place;
  let spare = sharedInts(length);
  const starts = new Uint32Array(digitValues + 1);
  for (let unit = 1; length > 0 && Math.floor((largest - smallest) / unit) > 0; unit *= digitValues) {
    const digitOf = (place: number): number => Math.floor((keys[place]! - smallest) / unit) % digitValues;
    starts.fill(0);
    for (let place = 0; place < length; place += 1) starts[digitOf(place) + 1]! += 1;
    for (let digit = 0; digit < digitValues; digit += 1) starts[digit + 1]! += starts[digit]!;
    for (const place of order) spare[starts[digitOf(place)]!++] = place;
    [order, spare] = [spare, order];
  }
  return order;
}
