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
  bytes: number;
}

/** Sets by viewer and filter, least recently used first out. */
export class SetCache {
  private readonly bytesMax: number;
  /** In order of use. */
  private readonly entries = new Map<string, Entry>();
  private usedBytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get size(): number {
    return this.entries.size;
  }

  get bytes(): number {
    return this.usedBytes;
  }

  get(key: SetKey): FundSet | undefined {
    const name = nameOf(key);
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    this.entries.delete(name);
    this.entries.set(name, entry);
    return entry.set;
  }

  put(key: SetKey, set: FundSet): void {
    this.remove(nameOf(key));
    this.entries.set(nameOf(key), { key, set, bytes: 0 });
    this.weigh(key);
  }

  /** Takes account of what a set has grown by, and makes room; the set itself stays if it is the only one. */
  weigh(key: SetKey): void {
    const name = nameOf(key);
    const entry = this.entries.get(name);
    if (!entry) return;
    this.usedBytes += entry.set.bytes - entry.bytes;
    entry.bytes = entry.set.bytes;
    for (const oldest of this.entries.keys()) {
      if (this.usedBytes <= this.bytesMax || oldest === name) break;
      this.remove(oldest);
    }
  }

  drop(isOutdated: (key: SetKey) => boolean): void {
    for (const [name, { key }] of this.entries) if (isOutdated(key)) this.remove(name);
  }

  private remove(name: string): void {
    const entry = this.entries.get(name);
    if (!entry) return;
    this.usedBytes -= entry.bytes;
    this.entries.delete(name);
  }
}

const nameOf = ({ viewer, filter }: SetKey): string => `${viewer ?? 'all'} ${filter}`;
