import { assert, bigInt, property } from 'fast-check';
import { expect, it } from 'vitest';
import { amountCentsMax, centsFromDecimal, decimalFromCents } from './money.ts';

it('every amount of DECIMAL(15,2) survives the way to a decimal and back', () => {
  assert(
    property(bigInt({ min: -amountCentsMax, max: amountCentsMax }), (cents) => {
      expect(centsFromDecimal(decimalFromCents(cents))).toBe(cents);
    }),
  );
});

it.each([
  ['0', 0n],
  ['-0.01', -1n],
  ['12.3', 1230n],
  ['9999999999999.99', amountCentsMax],
])('%s is %s cents', (decimal, cents) => expect(centsFromDecimal(decimal)).toBe(cents));

it.each(['', '1.234', '1e3', '0x1', '1,00', ' 1', 'NaN'])('%j is refused', (text) => {
  expect(() => centsFromDecimal(text)).toThrow('at most two places');
});
