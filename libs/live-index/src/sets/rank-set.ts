import { lowerBound } from '../base/ids.ts';

/** A set of ranks below a fixed size. Members only ever leave. */
export interface RankSet {
  readonly count: number;
  readonly bytes: number;
  has(rank: number): boolean;
  /** The first member at or after `rank`; `size` when there is none. */
  next(rank: number): number;
  /** The last member before `rank`; -1 when there is none. */
  previous(rank: number): number;
  /** Members before `rank`. */
  countBefore(rank: number): number;
  /** The member with `index` members before it; `size` for `index` = count. */
  select(index: number): number;
  remove(rank: number): void;
  /** All members, ascending; the caller's own copy. */
  members(): Uint32Array;
  /** The same in parts, each the callee's own until it returns: a million at once would not stay in the caches. */
  eachPart(use: (members: Uint32Array) => void): void;
}

/** A sorted list; for sets of less than one in 32, where it is smaller than a bitmap. */
export class SparseRanks implements RankSet {
  private readonly size: number;
  private readonly ranks: Uint32Array;
  count: number;

  /** @param ranks ascending, each once; the set takes them over */
  constructor(size: number, ranks: Uint32Array) {
    this.size = size;
    this.ranks = ranks;
    this.count = ranks.length;
  }

  get bytes(): number {
    return this.ranks.byteLength;
  }

  has(rank: number): boolean {
    const place = this.countBefore(rank);
    return place < this.count && this.ranks[place] === rank;
  }

  next(rank: number): number {
    return this.select(this.countBefore(rank));
  }

  previous(rank: number): number {
    const place = this.countBefore(rank);
    return place === 0 ? -1 : this.ranks[place - 1]!;
  }

  countBefore(rank: number): number {
    return lowerBound(this.count, (place) => this.ranks[place]! < rank);
  }

  select(index: number): number {
    return index < this.count ? this.ranks[index]! : this.size;
  }

  remove(rank: number): void {
    const place = this.countBefore(rank);
    if (place === this.count || this.ranks[place] !== rank) return;
    this.ranks.copyWithin(place, place + 1, this.count);
    this.count -= 1;
  }

  members(): Uint32Array {
    return this.ranks.slice(0, this.count);
  }

  eachPart(use: (members: Uint32Array) => void): void {
    use(this.members());
  }
}

const wordBits = 32;
/** Words whose members are counted together: a step of 2,048 ranks, found by halving and finished by 64 popcounts. */
const blockWords = 64;

/** A bitmap with counts by block. */
export class DenseRanks implements RankSet {
  private readonly size: number;
  private readonly words: Int32Array;
  /** Members before each block, and in all. */
  private readonly before: Uint32Array;
  /** Blocks whose `before` is right; those after the last removal's are not. */
  private countedBlocks: number;
  count: number;

  /** @param words one bit a rank; the set takes them over */
  constructor(size: number, words: Int32Array) {
    this.size = size;
    this.words = words;
    this.before = new Uint32Array(Math.ceil(words.length / blockWords) + 1);
    this.countedBlocks = 0;
    this.count = 0;
    this.countBlocks();
    this.count = this.before[this.before.length - 1]!;
  }

  get bytes(): number {
    return this.words.byteLength + this.before.byteLength;
  }

  has(rank: number): boolean {
    return (this.words[rank >>> 5]! & (1 << (rank & 31))) !== 0;
  }

  next(rank: number): number {
    if (rank >= this.size) return this.size;
    let place = rank >>> 5;
    let word = this.words[place]! & (-1 << (rank & 31));
    while (word === 0) {
      place += 1;
      if (place >= this.words.length) return this.size;
      word = this.words[place]!;
    }
    return place * wordBits + (31 - Math.clz32(word & -word));
  }

  previous(rank: number): number {
    if (rank <= 0) return -1;
    const last = Math.min(rank, this.size) - 1;
    let place = last >>> 5;
    let word = this.words[place]! & (-1 >>> (31 - (last & 31)));
    while (word === 0) {
      place -= 1;
      if (place < 0) return -1;
      word = this.words[place]!;
    }
    return place * wordBits + (31 - Math.clz32(word));
  }

  countBefore(rank: number): number {
    if (rank >= this.size) return this.count;
    this.countBlocks();
    const place = rank >>> 5;
    const block = Math.floor(place / blockWords);
    let count = this.before[block]!;
    for (let at = block * blockWords; at < place; at += 1) count += popcount(this.words[at]!);
    return count + popcount(this.words[place]! & ~(-1 << (rank & 31)));
  }

  select(index: number): number {
    if (index >= this.count) return this.size;
    this.countBlocks();
    const block = lowerBound(this.before.length, (at) => this.before[at]! <= index) - 1;
    let left = index - this.before[block]!;
    let place = block * blockWords;
    for (;;) {
      const members = popcount(this.words[place]!);
      if (left < members) break;
      left -= members;
      place += 1;
    }
    let word = this.words[place]!;
    for (; left > 0; left -= 1) word &= word - 1;
    return place * wordBits + (31 - Math.clz32(word & -word));
  }

  remove(rank: number): void {
    if (!this.has(rank)) return;
    this.words[rank >>> 5]! &= ~(1 << (rank & 31));
    this.count -= 1;
    this.countedBlocks = Math.min(this.countedBlocks, Math.floor((rank >>> 5) / blockWords));
  }

  members(): Uint32Array {
    const members = new Uint32Array(this.count);
    this.collect(0, this.words.length, members);
    return members;
  }

  eachPart(use: (members: Uint32Array) => void): void {
    const part = new Uint32Array(blockWords * wordBits);
    for (let first = 0; first < this.words.length; first += blockWords) {
      const count = this.collect(first, Math.min(first + blockWords, this.words.length), part);
      if (count > 0) use(part.subarray(0, count));
    }
  }

  /** Puts the members of some words into a list and returns how many there are. */
  private collect(firstWord: number, endWord: number, into: Uint32Array): number {
    let count = 0;
    for (let place = firstWord; place < endWord; place += 1) {
      for (let word = this.words[place]!; word !== 0; word &= word - 1) {
        into[count] = place * wordBits + (31 - Math.clz32(word & -word));
        count += 1;
      }
    }
    return count;
  }

  private countBlocks(): void {
    for (; this.countedBlocks < this.before.length - 1; this.countedBlocks += 1) {
      const first = this.countedBlocks * blockWords;
      const end = Math.min(first + blockWords, this.words.length);
      let count = this.before[this.countedBlocks]!;
      for (let at = first; at < end; at += 1) count += popcount(this.words[at]!);
      this.before[this.countedBlocks + 1] = count;
    }
  }
}

/** Bits set in a word. Source: the usual sum by halves, as in Warren, Hacker's Delight, 5-1. */
function popcount(word: number): number {
  let sum = word - ((word >>> 1) & 0x5555_5555);
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
