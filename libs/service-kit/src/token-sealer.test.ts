import { expect, test } from 'vitest';
import { createSealer, sealedBytesMax, tokenCharsMax } from './token-sealer.ts';

const key = Buffer.alloc(32, 7);
const content = Buffer.from('amount=100;fund_id=7');

test('what was sealed opens with the same key and purpose, in another process too', () => {
  const token = createSealer(key).seal('page', content);
  expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(createSealer(key).open('page', token)).toEqual(content);
  expect(createSealer(key).open('page', createSealer(key).seal('page', new Uint8Array()))).toEqual(Buffer.alloc(0));
});

test('tokens differ each time and show nothing of their content', () => {
  const sealer = createSealer(key);
  const tokens = new Set(Array.from({ length: 100 }, () => sealer.seal('page', content)));
  expect(tokens.size).toBe(100);
  for (const token of tokens) expect(Buffer.from(token, 'base64url').includes('amount')).toBe(false);
});

test('another purpose or another key does not open it', () => {
  const token = createSealer(key).seal('page', content);
  expect(createSealer(key).open('consistency', token)).toBeUndefined();
  expect(createSealer(Buffer.alloc(32, 8)).open('page', token)).toBeUndefined();
  expect(createSealer(undefined).open('page', token)).toBeUndefined();
});

test('without a key tokens live in one sealer alone', () => {
  const sealer = createSealer(undefined);
  expect(sealer.open('page', sealer.seal('page', content))).toEqual(content);
});

test('any flipped bit, of the bytes or of the text, is refused', () => {
  const sealer = createSealer(key);
  for (const size of [20, 21, 22]) {
    const token = sealer.seal('page', Buffer.alloc(size, 1));
    for (const encoding of ['base64url', 'latin1'] as const) {
      const bytes = Buffer.from(token, encoding);
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(sealer.open('page', flipped.toString(encoding))).toBeUndefined();
      }
    }
  }
});

test('truncated, extended, padded, empty and foreign tokens are refused', () => {
  const sealer = createSealer(key);
  const token = sealer.seal('page', content);
  for (let length = 0; length < token.length; length += 1) {
    expect(sealer.open('page', token.slice(0, length))).toBeUndefined();
    expect(sealer.open('page', token.slice(-length - 1, -1))).toBeUndefined();
  }
  for (const other of [`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, `${token}\ud800`, '', 'x', '🙂']) {
    expect(sealer.open('page', other)).toBeUndefined();
  }
});

test('a token of 1 MiB is refused before any work; the longest one opens, a longer one is made and refused', () => {
  const sealer = createSealer(key);
  const startedMs = performance.now();
  for (let count = 0; count < 1_000; count += 1) expect(sealer.open('page', 'A'.repeat(1024 * 1024))).toBeUndefined();
  expect(performance.now() - startedMs).toBeLessThan(500);
  const longest = sealer.seal('page', Buffer.alloc(sealedBytesMax, 1));
  expect(longest.length).toBeLessThanOrEqual(tokenCharsMax);
  expect(sealer.open('page', longest)).toEqual(Buffer.alloc(sealedBytesMax, 1));
  expect(sealer.open('page', sealer.seal('page', Buffer.alloc(sealedBytesMax + 1)))).toBeUndefined();
});

test('a key of another length is refused', () => {
  expect(() => createSealer(Buffer.alloc(16))).toThrow('32 bytes');
});
