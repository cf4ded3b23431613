import { LRUCache } from 'lru-cache';
import type { FundSet } from './fund-set.ts';

/** What a set is of. */
export interface SetKey {
  /** The viewer's ordinal; undefined for those who see everything. */
  readonly viewer: number | undefined;
  /** Of `filterKey`. */
  readonly filter: string;
}

interface Entry {
  readonly key: SetKey;
  readonly set: FundSet;
  readonly bytes: number;
}

/** Sets by viewer and filter, least recently used first out; the one used last stays, whatever it and the limit are. */
export class SetCache {
  private readonly entries: LRUCache<string, Entry>;

  constructor(bytesMax: number) {
    const maxSize = Math.max(1, bytesMax);
    this.entries = new LRUCache({ maxSize, sizeCalculation: ({ bytes }) => Math.max(1, Math.min(bytes, maxSize)) });
  }

  get size(): number {
    return this.entries.size;
  }

  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get(key: SetKey): FundSet | undefined {
    return this.entries.get(nameOf(key))?.set;
  }

  put(key: SetKey, set: FundSet): void {
    this.entries.set(nameOf(key), { key, set, bytes: set.bytes });
  }

  /** Takes account of what a set has grown by, and makes room. */
  weigh(key: SetKey): void {
    const entry = this.entries.peek(nameOf(key));
    if (entry && entry.bytes !== entry.set.bytes) this.put(key, entry.set);
  }

  drop(isOutdated: (key: SetKey) => boolean): void {
    for (const [name, { key }] of this.entries.entries()) if (isOutdated(key)) this.entries.delete(name);
  }
}

const nameOf = ({ viewer, filter }: SetKey): string => `${viewer ?? 'all'} ${filter}`;
