import { describe, expect, it } from 'vitest';
import { decodePageToken, encodePageToken, parseOrderBy, parsePageSize, parseSkip } from './index.ts';

const reason = (expected: string) => expect.objectContaining({ reason: expected });

describe('page_size', () => {
  it('takes 0 for the default and coerces large sizes', () => {
    expect([0, 1, 1000, 1001, 2 ** 31 - 1].map(parsePageSize)).toEqual([20, 1, 1000, 1000, 1000]);
  });
  it('refuses negative sizes', () => expect(() => parsePageSize(-1)).toThrow(reason('PAGE_SIZE_INVALID')));
});

describe('skip', () => {
  it('refuses negative and huge values', () => {
    expect(parseSkip(100_000_000)).toBe(100_000_000);
    for (const skip of [-1, 100_000_001]) expect(() => parseSkip(skip)).toThrow(reason('SKIP_INVALID'));
  });
});

describe('order_by', () => {
  const parse = (text: string) => parseOrderBy(text, ['fund_id', 'amount']);
  it('reads a column with or without direction, spaces aside', () => {
    expect(parse('')).toEqual({ column: 'fund_id', descending: false });
    expect(parse(' amount  desc ')).toEqual({ column: 'amount', descending: true });
    expect(parse('amount asc')).toEqual({ column: 'amount', descending: false });
  });
  it.each([
    'amount; drop table',
    'AMOUNT',
    'amount DESC',
    'amount desc, fund_id',
    'name',
    'amount desc desc',
    '__proto__',
    'a\u0000',
  ])('refuses %j', (text) => expect(() => parse(text)).toThrow(reason('ORDER_BY_INVALID')));
});

describe('page tokens', () => {
  it.each([[12n], [1.5e15], ['päid']])('give back the position with its type: %s', (value) => {
    const position = { value, id: 9_007_199_254_740_993n };
    expect(decodePageToken(encodePageToken(position, 'call'), 'call')).toEqual(position);
  });
  it('refuse another call', () => {
    const content = encodePageToken({ value: 1n, id: 1n }, 'call');
    expect(() => decodePageToken(content, 'other')).toThrow(reason('PAGE_TOKEN_MISMATCH'));
  });
});
