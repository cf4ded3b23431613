import { timestampDate } from '@bufbuild/protobuf/wkt';
import { FundStatus, FundStatusSchema } from '@finance/contract/fund';
import { describe, expect, it } from 'vitest';
import { instantText } from '../output/instants.ts';
import { instant } from './instant.ts';
import { amountCents, id, wholeNumber, words } from './values.ts';

describe('amounts', () => {
  it.each([
    ['1000.50', 100_050n],
    ['1000.5', 100_050n],
    ['0.07', 7n],
    ['-12', -1_200n],
    ['9999999999999.99', 999_999_999_999_999n],
    ['-9999999999999.99', -999_999_999_999_999n],
  ])('%s is %s cents, exactly', (text, cents) => expect(amountCents(text)).toBe(cents));

  it.each(['', '1,000.50', '1.234', '1e3', '.5', '1.', '+1', 'NaN', '0x10', '10000000000000.00', '9'.repeat(40)])(
    '%j is refused',
    (text) => expect(() => amountCents(text)).toThrow('1000.50'),
  );
});

describe('instants', () => {
  it.each([
    ['2025-09-30', '2025-09-30T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2025-09-30T17:05', '2025-09-30T17:05:00Z'],
    ['2025-09-30 17:05:06', '2025-09-30T17:05:06Z'],
    ['2025-09-30T17:05:06.123456Z', '2025-09-30T17:05:06.123456Z'],
    ['2025-09-30T00:30:00+02:00', '2025-09-29T22:30:00Z'],
  ])('%s is %s', (text, utc) => {
    expect(instantText(instant(text))).toBe(utc);
    expect(timestampDate(instant(text)).getTime()).toBe(Math.floor(Date.parse(utc)));
  });

  it.each(['', 'today', '2025-02-30', '2025-13-01', '2025-9-1', '2025-01-01T24:00', '2025-01-01T10', '1735689600'])(
    '%j is refused',
    (text) => expect(() => instant(text)).toThrow('2025-09-30'),
  );
});

describe('ids, numbers and words', () => {
  it('ids are positive int64', () => {
    expect(id('9223372036854775807')).toBe(2n ** 63n - 1n);
    for (const wrong of ['0', '-1', '1.5', 'x', '', '9223372036854775808']) expect(() => id(wrong)).toThrow('positive');
  });
  it('numbers have bounds', () => {
    expect(wholeNumber(20)('20')).toBe(20);
    for (const wrong of ['0', '21', '1e1', '-1', '']) expect(() => wholeNumber(20)(wrong)).toThrow('1 to 20');
  });
  it('words come as comma lists and repeatedly, and others are refused with the choices', () => {
    const parse = words(FundStatusSchema);
    expect(parse('settled', parse('pending, approved'))).toEqual([
      FundStatus.PENDING,
      FundStatus.APPROVED,
      FundStatus.SETTLED,
    ]);
    for (const wrong of ['', 'PENDING', 'unspecified', 'pending,']) {
      expect(() => parse(wrong)).toThrow('pending, approved, rejected, settled, cancelled');
    }
  });
});
