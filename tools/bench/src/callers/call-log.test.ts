import { expect, test } from 'vitest';
import { normalStretches, untilNormal } from './call-log.ts';
import { answered, refused, type CallLog } from './load.ts';

const normal = { withinMs: 20, stretchMs: 1_000 };

/** A call each 10 ms for `seconds`; `change` may make some slow or fail. */
function logOf(seconds: number, change: (index: number) => { tookMs?: number; outcome?: string }): CallLog {
  const calls = Array.from({ length: seconds * 100 }, (_, index) => ({
    tookMs: 5,
    outcome: answered,
    ...change(index),
  }));
  const outcomes = [answered, refused];
  return {
    dueMs: Float64Array.from(calls, (_, index) => 1_000_000 + index * 10),
    tookMs: Float64Array.from(calls, ({ tookMs }) => tookMs),
    outcome: Uint8Array.from(calls, ({ outcome }) => outcomes.indexOf(outcome)),
    outcomes,
  };
}

test('a second is normal while 95 of 100 calls are in time and none fails', () => {
  const slow = (first: number, count: number) =>
    logOf(3, (index) => (index >= first && index < first + count ? { tookMs: 21 } : {}));
  expect(normalStretches(slow(100, 5), normal)).toEqual([true, true, true]);
  expect(normalStretches(slow(100, 6), normal)).toEqual([true, false, true]);
  const failed = logOf(3, (index) => (index === 250 ? { outcome: refused } : {}));
  expect(normalStretches(failed, normal)).toEqual([true, true, false]);
});

test('it takes until the last second that was not normal', () => {
  const lateIn = (...seconds: number[]) =>
    logOf(4, (index) => (seconds.includes(Math.floor(index / 100)) ? { tookMs: 21 } : {}));
  expect(untilNormal(lateIn(), normal)).toBe(0);
  expect(untilNormal(lateIn(0), normal)).toBe(1_000);
  expect(untilNormal(lateIn(0, 2), normal)).toBe(3_000);
  expect(untilNormal(lateIn(3), normal)).toBe(4_000);
});
