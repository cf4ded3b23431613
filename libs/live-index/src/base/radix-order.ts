import type { SharedInts } from './index-base.ts';
import { sharedInts } from './shared-arrays.ts';

const digitBits = 16;
const digitValues = 1 << digitBits;

/**
 * The places of `keys` in ascending order, equal keys in the order of their places. Keys are whole numbers. Sorted by 16
 * bits at a time, lowest first: linear, where a comparing sort of ten million takes ten seconds.
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
  const sortBy = (digitOf: (place: number) => number): void => {
    starts.fill(0);
    for (let place = 0; place < length; place += 1) starts[digitOf(place) + 1]! += 1;
    for (let digit = 0; digit < digitValues; digit += 1) starts[digit + 1]! += starts[digit]!;
    for (const place of order) spare[starts[digitOf(place)]!++] = place;
    [order, spare] = [spare, order];
  };
  if (largest - smallest > Number.MAX_SAFE_INTEGER) {
    const halves = ascendingHalves(Float64Array.from(keys));
    for (const shift of [0, digitBits]) sortBy((place) => (halves[place * 2]! >>> shift) % digitValues);
    for (const shift of [0, digitBits]) sortBy((place) => (halves[place * 2 + 1]! >>> shift) % digitValues);
    return order;
  }
  for (let unit = 1; length > 0 && Math.floor((largest - smallest) / unit) > 0; unit *= digitValues) {
    sortBy((place) => Math.floor((keys[place]! - smallest) / unit) % digitValues);
  }
  return order;
}

/** The bits of doubles, low halves first, altered so that they ascend like the doubles. */
function ascendingHalves(keys: Float64Array<ArrayBuffer>): Uint32Array {
  const halves = new Uint32Array(keys.buffer);
  for (let high = 1; high < halves.length; high += 2) {
    if (halves[high]! >>> 31 === 0) halves[high]! |= 0x8000_0000;
    else {
      halves[high] = ~halves[high]!;
      halves[high - 1] = ~halves[high - 1]!;
    }
  }
  return halves;
}
