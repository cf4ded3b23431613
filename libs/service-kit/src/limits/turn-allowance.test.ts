import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurnAllowance } from './turn-allowance.ts';

/** Begins calls of so many milliseconds until one is refused; at most 1,000 in all. */
function flood(msEach: number) {
  let nowMs = 0;
  const turn = createTurnAllowance(() => nowMs);
  return () => {
    let begun = 0;
    for (; begun < 1_000 && turn.take(); begun += 1) nowMs += msEach;
    return begun;
  };
}

test('a turn begins calls until it has worked for long, the next the fewer the longer that was, and more again', async () => {
  const begin = flood(1);
  const begun: number[] = [];
  for (let round = 0; round < 5; round += 1, await nextTurn()) begun.push(begin());
  expect(begun).toEqual([201, 20, 20, 28, 42]);
});

test('a few calls are never refused, however long they work', async () => {
  const begin = flood(500);
  for (let round = 0; round < 3; round += 1, await nextTurn()) expect(begin()).toBe(20);
});

test('quick calls are never refused', async () => {
  let nowMs = 0;
  const turn = createTurnAllowance(() => nowMs);
  const takeAll = (calls: number, msEach: number) =>
    Array.from({ length: calls }, () => {
      const taken = turn.take();
      if (taken) nowMs += msEach;
      return taken;
    });
  expect(takeAll(1_000, 0.01)).not.toContain(false);
  await nextTurn();
  expect(takeAll(150, 1)).not.toContain(false);
  await nextTurn();
  expect(takeAll(1_000, 0.01)).not.toContain(false);
});
