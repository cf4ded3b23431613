import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyRank, RankCollector } from './rank-collector.ts';
import { DenseRanks, SparseRanks, type RankSet } from './rank-set.ts';

/** Beyond a block of 2,048, so that counts by block matter, and not a multiple of a word. */
const size = 5_003;

const bitmapOf = (ranks: Iterable<number>): Int32Array => {
  const words = new Int32Array((size + 31) >>> 5);
  for (const rank of ranks) words[rank >>> 5]! |= 1 << (rank & 31);
  return words;
};

const kinds: Record<string, (ranks: readonly number[]) => RankSet> = {
  'a list': (ranks) => new SparseRanks(size, Uint32Array.from(ranks)),
  'a bitmap': (ranks) => new DenseRanks(size, bitmapOf(ranks)),
};

const arbitraryRanks = fc
  .oneof(
    fc.uniqueArray(fc.nat(size - 1), { maxLength: 80 }),
    fc.uniqueArray(fc.nat(size - 1), { minLength: 1_000, maxLength: 3_000, size: 'max' }),
    fc.constantFrom([], [0], [size - 1], [31, 32, 2_047, 2_048]),
  )
  .map((ranks): number[] => [...ranks].sort((a, b) => a - b));

describe.each(Object.entries(kinds))('%s of ranks', (_, create) => {
  it('answers like a sorted array, also while members leave', () => {
    fc.assert(
      fc.property(arbitraryRanks, fc.array(fc.nat(size - 1), { maxLength: 20 }), (ranks, places) => {
        const set = create(ranks);
        let left = ranks;
        for (const place of places) {
          const gone = left[place % Math.max(1, left.length)] ?? place;
          for (const rank of [place, gone]) {
            set.remove(rank);
            left = left.filter((each) => each !== rank);
          }
          expect(set.count).toBe(left.length);
          for (const rank of [place, gone, 0, size - 1]) {
            expect(set.has(rank)).toBe(left.includes(rank));
            expect(set.next(rank)).toBe(left.find((each) => each >= rank) ?? size);
            expect(set.previous(rank)).toBe(left.findLast((each) => each < rank) ?? -1);
            expect(set.countBefore(rank)).toBe(left.filter((each) => each < rank).length);
            expect(set.select(rank)).toBe(left[rank] ?? size);
          }
          expect(set.countBefore(size)).toBe(left.length);
          expect(set.select(left.length)).toBe(size);
        }
        expect([...set.members()]).toEqual(left);
        const parts: number[] = [];
        set.eachPart((part) => parts.push(...part));
        expect(parts).toEqual(left);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a collector', () => {
  it('gives the ranks once, in order, without those to leave out, as the smaller kind of set', () => {
    fc.assert(
      fc.property(arbitraryRanks, arbitraryRanks, fc.nat(size), (ranks, without, expected) => {
        const collector = new RankCollector(size, expected);
        for (const rank of ranks.slice(0, 20).reverse()) collector.add(rank);
        collector.addAll(Uint32Array.from(ranks), 0, ranks.length);
        const set = collector.finish(bitmapOf(without));
        expect([...set.members()]).toEqual(ranks.filter((rank) => !without.includes(rank)));
        if (ranks.length * 32 >= size) expect(set).toBeInstanceOf(DenseRanks);
      }),
      { numRuns: 200 },
    );
  });

  it('gives all ranks there are, up to the size', () => {
    for (const [count, gone] of [
      [0, []],
      [31, [3]],
      [32, [0, 31]],
      [size, [0, size - 1]],
    ] as const) {
      const without = bitmapOf(gone).subarray(0, (count + 31) >>> 5);
      const set = everyRank(count, without);
      expect([...set.members()]).toEqual(
        Array.from({ length: count }, (_, rank) => rank).filter((rank) => !(gone as readonly number[]).includes(rank)),
      );
      expect(set.count).toBe(count - gone.length);
    }
  });
});
