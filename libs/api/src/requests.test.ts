import { create } from '@bufbuild/protobuf';
import { FieldMaskSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@finance/domain';
import { createSealer } from '@finance/service-kit';
import { describe, expect, it } from 'vitest';
import {
  createPageTokens,
  instantFromProto,
  optionalId,
  protoTimestamp,
  requireId,
  requireIds,
  requireText,
} from './index.ts';
import { maskedReader, requestReader } from './request-reader.ts';
import { parseUpdateMask } from './update-mask.ts';

const reason = (expected: string) => expect.objectContaining({ reason: expected });

describe('ids', () => {
  it('are positive, or 0 where none is allowed', () => {
    expect([requireId(1n, 'x'), optionalId(0n, 'x'), optionalId(2n, 'x')]).toEqual([1n, null, 2n]);
    for (const wrong of [0n, -1n]) expect(() => requireId(wrong, 'x')).toThrow(reason('FIELD_INVALID'));
    expect(() => optionalId(-1n, 'x')).toThrow(reason('FIELD_INVALID'));
  });
  it('come 1 to 1,000 in a batch', () => {
    expect(requireIds([1n, 1n], 'x')).toEqual([1n, 1n]);
    for (const wrong of [[], Array<bigint>(1001).fill(1n)]) {
      expect(() => requireIds(wrong, 'x')).toThrow(reason('BATCH_TOO_LARGE'));
    }
    expect(() => requireIds([1n, 0n], 'x')).toThrow('x[1]');
  });
});

describe('text', () => {
  it('is counted in characters and refused with control characters or half a character', () => {
    expect(requireText('😀😀', 'x', 1, 2)).toBe('😀😀');
    for (const wrong of ['', 'abc', 'a\u0000', '\ud83d']) {
      expect(() => requireText(wrong, 'x', 1, 2)).toThrow(reason('FIELD_INVALID'));
    }
  });
});

describe('instants', () => {
  it.each([0, 1, -1, 1_700_000_000_123_456, -1_700_000_000_123_456])('%d µs survive both ways', (micros) => {
    expect(instantFromProto(create(TimestampSchema, protoTimestamp(micros)), 'x')).toBe(micros);
  });
  it.each([
    [0, 10_000, 10],
    [0, 10_001, 11],
    [0, 10_999, 11],
    [-1, 999_999_001, 0],
    [7, 999_999_999, 8_000_000],
  ])('%d s and %d ns begin with microsecond %d, the first that is not before them', (seconds, nanos, micros) => {
    expect(instantFromProto(create(TimestampSchema, { seconds: BigInt(seconds), nanos }), 'x')).toBe(micros);
  });
  it('are exact in the years 1 to 9999 and refused beyond', () => {
    const at = (seconds: bigint, nanos: number) =>
      protoTimestamp(instantFromProto(create(TimestampSchema, { seconds, nanos }), 'x'));
    expect(at(-62_135_596_800n, 1_000)).toMatchObject({ seconds: -62_135_596_800n, nanos: 1_000 });
    expect(at(253_402_300_799n, 999_999_000)).toMatchObject({ seconds: 253_402_300_799n, nanos: 999_999_000 });
    expect(() => at(253_402_300_799n, 999_999_001)).toThrow(reason('FIELD_INVALID'));
    expect(() => at(-62_135_596_801n, 999_999_000)).toThrow(reason('FIELD_INVALID'));
  });
});

describe('update masks', () => {
  const parse = (...paths: string[]) => parseUpdateMask(create(FieldMaskSchema, { paths }), ['name', 'role']);
  it('name known fields, each once', () => expect([...parse('role', 'role')]).toEqual(['role']));
  it('are refused when empty or unknown', () => {
    for (const wrong of [[], ['user_id'], ['name', '*']]) {
      expect(() => parse(...wrong)).toThrow(reason('UPDATE_MASK_INVALID'));
    }
  });
});

describe('a request', () => {
  const tokens = createPageTokens(createSealer(undefined));
  const read = requestReader<{ a: bigint; b: bigint; pageToken: string }>(tokens)({
    a: ({ a }) => requireId(a, 'a'),
    b: ({ b }) => optionalId(b, 'b') ?? undefined,
  });
  const placesOf = (call: () => unknown): unknown[] => {
    try {
      return expect.fail(`was read: ${String(call())}`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.violations.map(({ reason: why, metadata }) => [metadata['field'], why]);
    }
  };
  it('is read field by field, without what is undefined', () => {
    expect(read({ a: 1n, b: 0n, pageToken: '' })).toEqual({ a: 1n });
    expect(Object.keys(read({ a: 1n, b: 0n, pageToken: 'x' }))).toEqual(['a']);
  });
  it('is refused with all that is wrong, a token that is none of ours too', () => {
    expect(placesOf(() => read({ a: 0n, b: -1n, pageToken: 'x' }))).toEqual([
      ['a', 'FIELD_INVALID'],
      ['b', 'FIELD_INVALID'],
      ['page_token', 'PAGE_TOKEN_INVALID'],
    ]);
    const pageToken = tokens.seal({ value: 1n, id: 1n }, { a: 1n });
    expect(placesOf(() => read({ a: 0n, b: 1n, pageToken }))).toEqual([['a', 'FIELD_INVALID']]);
  });
  it('to update is refused with all that is wrong of what its mask names', () => {
    const update = maskedReader<{ id: bigint; ownerId: bigint; note: string }>()(({ id }) => requireId(id, 'x.id'), {
      ownerId: ({ ownerId }) => requireId(ownerId, 'x.owner_id'),
      note: ({ note }) => requireText(note, 'x.note', 1, 2),
    });
    const wrong = { id: 0n, ownerId: 0n, note: '' };
    const mask = (...paths: string[]) => create(FieldMaskSchema, { paths });
    expect(placesOf(() => update(wrong, mask('note', 'owner_id')))).toEqual([
      ['x.id', 'FIELD_INVALID'],
      ['x.note', 'FIELD_INVALID'],
      ['x.owner_id', 'FIELD_INVALID'],
    ]);
    expect(placesOf(() => update(wrong, mask('ownerId')))).toEqual([
      ['x.id', 'FIELD_INVALID'],
      ['update_mask', 'UPDATE_MASK_INVALID'],
    ]);
    expect(update({ ...wrong, id: 3n, ownerId: 4n }, mask('owner_id'))).toEqual({ id: 3n, changes: { ownerId: 4n } });
  });
});

describe('page tokens', () => {
  it('open only for the call and the key they were sealed for', () => {
    const tokens = createPageTokens(createSealer(undefined));
    const token = tokens.seal({ value: 5n, id: 7n }, { viewer: 1n });
    expect(tokens.open(token, { viewer: 1n })).toEqual({ value: 5n, id: 7n });
    expect(tokens.open('', { viewer: 1n })).toBeUndefined();
    expect(() => tokens.open(token, { viewer: 2n })).toThrow(reason('PAGE_TOKEN_MISMATCH'));
    const elsewhere = createPageTokens(createSealer(undefined));
    expect(() => elsewhere.open(token, { viewer: 1n })).toThrow(reason('PAGE_TOKEN_INVALID'));
  });
  it('stay below 1 KiB for the longest position', () => {
    const tokens = createPageTokens(createSealer(undefined));
    expect(tokens.seal({ value: '財'.repeat(200), id: 2n ** 63n - 1n }, { a: 'x'.repeat(10_000) }).length).toBeLessThan(
      1024,
    );
  });
});
