import { DenseRanks, SparseRanks, type RankSet } from './rank-set.ts';

/** A list of ranks is smaller than a bitmap while it holds less than one in 32. */
const sparseShare = 32;

/** Collects ranks in any order, also twice, into whichever kind of set is smaller. */
export class RankCollector {
  private readonly size: number;
  private ranks: Uint32Array | undefined;
  private length = 0;
  private words: Int32Array | undefined;

  /** @param expected how many ranks are about to come; a guess */
  constructor(size: number, expected: number) {
    this.size = size;
    if (expected * sparseShare < size) this.ranks = new Uint32Array(Math.max(16, expected));
    else this.words = new Int32Array((size + 31) >>> 5);
  }

  add(rank: number): void {
    if (this.words) this.words[rank >>> 5]! |= 1 << (rank & 31);
    else this.addToList(rank);
  }

  /** All ranks of a stretch of an array. */
  addAll(from: Uint32Array, start: number, end: number): void {
    const { words } = this;
    if (words) for (let at = start; at < end; at += 1) words[from[at]! >>> 5]! |= 1 << (from[at]! & 31);
    else for (let at = start; at < end; at += 1) this.add(from[at]!);
  }

  /** All ranks of a bitmap. */
  addBits(bits: Int32Array): void {
    const words = this.words ?? this.toBitmap();
    for (let place = 0; place < words.length; place += 1) words[place]! |= bits[place]!;
  }

  /** The set, without the ranks of a bitmap. */
  finish(without?: Int32Array): RankSet {
    const { words } = this;
    if (words) {
      if (without) for (let place = 0; place < words.length; place += 1) words[place]! &= ~without[place]!;
      return new DenseRanks(this.size, words);
    }
    const sorted = this.ranks!.subarray(0, this.length).sort();
    let kept = 0;
    let last = -1;
    for (const rank of sorted) {
      if (rank !== last && !(without && without[rank >>> 5]! & (1 << (rank & 31)))) sorted[kept++] = rank;
      last = rank;
    }
    return new SparseRanks(this.size, sorted.slice(0, kept));
  }

  private addToList(rank: number): void {
    let ranks = this.ranks!;
    if (this.length === ranks.length) {
      if (this.length * sparseShare >= this.size) {
        this.toBitmap();
        this.add(rank);
        return;
      }
      ranks = new Uint32Array(this.length * 2);
      ranks.set(this.ranks!);
      this.ranks = ranks;
    }
    ranks[this.length] = rank;
    this.length += 1;
  }

  private toBitmap(): Int32Array {
    const listed = this.ranks!.subarray(0, this.length);
    this.words = new Int32Array((this.size + 31) >>> 5);
    this.ranks = undefined;
    this.addAll(listed, 0, listed.length);
    return this.words;
  }
}

/** All ranks without those of a bitmap. */
export function everyRank(size: number, without: Int32Array): RankSet {
  const words = Int32Array.from(without, (word) => ~word);
  if (size % 32 !== 0) words[words.length - 1]! &= ~(-1 << (size % 32));
  return new DenseRanks(size, words);
}
