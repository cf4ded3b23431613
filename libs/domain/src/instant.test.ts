import { describe, expect, it } from 'vitest';
import { instantOf, microsMax, microsMin, microsOf, splitInstant } from './instant.ts';

/** Around each change of how instants are held, and at the ends. */
const edges = [microsMin, -(2n ** 53n), -1n, 2n ** 53n, 2n ** 54n, 2n ** 57n, microsMax - 3n];
const micros = edges.flatMap((edge) => [0n, 1n, 2n, 3n].map((more) => edge + more));

describe('instants', () => {
  it('hold every microsecond of the years 1 to 9999', () => {
    for (const each of micros) expect(microsOf(instantOf(each))).toBe(each);
  });

  it('compare like the moments they stand for', () => {
    const instants = micros.map(instantOf);
    expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
  });

  it('are the microseconds themselves while a double holds them', () => {
    expect(instantOf(1_795_000_000_000_001n)).toBe(1_795_000_000_000_001);
  });

  it('split into whole seconds and the rest', () => {
    expect(splitInstant(-1)).toEqual({ seconds: -1, micros: 999_999 });
    expect(splitInstant(instantOf(microsMin))).toEqual({ seconds: -62_135_596_800, micros: 0 });
    expect(splitInstant(instantOf(microsMin + 1n))).toEqual({ seconds: -62_135_596_800, micros: 1 });
    expect(splitInstant(instantOf(microsMax))).toEqual({ seconds: 253_402_300_799, micros: 999_999 });
  });
});
