import { expect, test } from 'vitest';
import { lineProgress } from './line-progress.ts';

test('tells the start, each tenth or two seconds, and the end, with rate and time left', () => {
  const lines: string[] = [];
  let now = 0;
  const progress = lineProgress(
    (line) => lines.push(line),
    () => now,
  );
  progress.rows('orders', 100, 1100);
  for (const done of [150, 200, 250, 1100]) {
    now += 500;
    progress.rows('orders', done, 1100);
  }
  expect(lines).toEqual([
    'orders: continuing at 100 of 1,100 rows',
    'orders: 250/1,100 rows, 22 %, 100 rows/s, 9 s left',
    'orders: 1,100/1,100 rows, 100 %, 500 rows/s',
  ]);
});
