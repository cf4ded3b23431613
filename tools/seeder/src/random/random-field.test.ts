import { expect, test } from 'vitest';
import { randomField } from './random-field.ts';

const rows = 100_000;

test('a row has the same number whatever was drawn before, and stays the same from release to release', () => {
  const field = randomField(1, 'a field');
  const forwards = Array.from({ length: 100 }, (_, row) => field(row));
  const backwards = Array.from({ length: 100 }, (_, row) => randomField(1, 'a field')(99 - row)).reverse();
  expect(backwards).toEqual(forwards);
  expect(Math.floor(field(0) * 2 ** 32)).toBe(1959950767);
});

test('numbers fill [0, 1) evenly, and fields are independent of each other and of their rows', () => {
  const [a, b] = [randomField(1, 'a'), randomField(1, 'b')];
  const bins = new Uint32Array(100);
  let sameHalf = 0;
  let rising = 0;
  for (let row = 0; row < rows; row += 1) {
    bins[Math.floor(a(row) * 100)]! += 1;
    if (a(row) < 0.5 === b(row) < 0.5) sameHalf += 1;
    if (a(row) < a(row + 1)) rising += 1;
  }
  // Five standard deviations of a fair draw.
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(160);
  expect(Math.abs(sameHalf - rows / 2)).toBeLessThan(800);
  expect(Math.abs(rising - rows / 2)).toBeLessThan(800);
});
