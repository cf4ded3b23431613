import { instantOf, microsMax, microsMin } from '@finance/domain';
import { describe, expect, it } from 'vitest';
import { microsFromMysqlInstant, mysqlInstant } from './instant.ts';

describe('instants of MySQL', () => {
  it.each([
    ['0001-01-01 00:00:00.000000', microsMin],
    ['0024-05-01 00:00:00.000001', -61_399_382_399_999_999n],
    ['1969-12-31 23:59:59.999999', -1n],
    ['2260-01-01 00:00:00.000001', 9_151_488_000_000_001n],
    ['9999-12-31 23:59:59.999999', microsMax],
  ])('%s is exact both ways', (text, micros) => {
    expect(microsFromMysqlInstant(text)).toBe(micros);
    expect(mysqlInstant(instantOf(micros))).toBe(text);
  });

  it('may have fewer digits', () => {
    expect(microsFromMysqlInstant('1970-01-01 00:00:01.5')).toBe(1_500_000n);
    expect(microsFromMysqlInstant('1970-01-01 00:00:01')).toBe(1_000_000n);
  });

  it.each([
    '0000-00-00 00:00:00',
    '2024-00-10 00:00:00',
    '2024-01-00 00:00:00',
    '2023-02-29 00:00:00',
    '0000-05-01 00:00:00',
  ])('%s is no moment', (text) => expect(microsFromMysqlInstant(text)).toBeUndefined());
});
