import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurnAllowance } from './turn-allowance.ts';

/** A turn in which 2,000 calls arrive, each of which takes so many milliseconds once it has begun; says how many did. */
function createFlood() {
  let nowMs = 0;
  const turn = createTurnAllowance(() => nowMs);
  return async (msEach: number): Promise<number> => {
    let begun = 0;
    for (let call = 0; call < 2_000; call += 1) {
      if (!turn.take()) continue;
      begun += 1;
      nowMs += msEach;
    }
    await nextTurn();
    return begun;
  };
}

test('turns that last too long begin fewer calls, and calm ones more again', async () => {
  const flood = createFlood();
  const begun: number[] = [];
  for (const msEach of [0.5, 0.5, 0.2, 0.2, 0.2, 1]) begun.push(await flood(msEach));
  // 1,000 took 500 ms, ten times too long; from then on a fifth more each turn, until 50 ms are over.
  expect(begun).toEqual([1_000, 100, 120, 144, 173, 208]);
  expect(await flood(0.1)).toBe(50);
});

test('a few calls are never refused, however long they take', async () => {
  const flood = createFlood();
  for (const expected of [1_000, 20, 20]) expect(await flood(500)).toBe(expected);
});

test('what comes in turns that last a moment is never refused', async () => {
  let nowMs = 0;
  const turn = createTurnAllowance(() => nowMs);
  for (let round = 0; round < 20; round += 1, await nextTurn()) {
    const taken = Array.from({ length: 1_000 }, () => (nowMs += 0.01) > 0 && turn.take());
    expect(taken).not.toContain(false);
  }
});
