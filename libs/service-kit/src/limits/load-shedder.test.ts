import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createLoadShedder } from './load-shedder.ts';

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('one pause refuses nothing, standing overload a growing share, and calm none again', async () => {
  // Anything refused at all shows.
  const shedder = createLoadShedder(30, () => 0);
  onTestFinished(() => shedder.close());
  expect(shedder.shed()).toBe(false);
  await sleep(120);
  block(300);
  await sleep(0);
  expect(shedder.shed()).toBe(false);
  for (let round = 0; round < 6; round += 1) {
    block(250);
    await sleep(0);
  }
  expect(shedder.shed()).toBe(true);
  for (let waitedMs = 0; shedder.shed() && waitedMs < 20_000; waitedMs += 100) await sleep(100);
  expect(shedder.shed()).toBe(false);
});

test('0 never refuses', async () => {
  const shedder = createLoadShedder(0, () => 0);
  block(50);
  await sleep(0);
  expect(shedder.shed()).toBe(false);
});
