import type { RowChange } from '@finance/live-index';
import type { JournalEntry } from '../messages.ts';

/** Receiving and applying this many changes takes a thread 1 to 3 ms. */
export const entryChangesMax = 500;

/** The changes since the last base, in commit order. */
export class Journal {
  private entries: JournalEntry[] = [];
  private held = 0;
  private last = 0;

  /** Number of the latest entry; 0 when there has been none. */
  get head(): number {
    return this.last;
  }

  /** Changes held. */
  get changes(): number {
    return this.held;
  }

  /** Appends a batch of the feed, cut into entries of at most `entryChangesMax`; only its last one has its position. */
  append(changes: readonly RowChange[], position: string | null): void {
    for (let start = 0; start === 0 || start < changes.length; start += entryChangesMax) {
      const end = start + entryChangesMax;
      this.last += 1;
      this.entries.push({
        number: this.last,
        changes: changes.length <= entryChangesMax ? changes : changes.slice(start, end),
        position: end < changes.length ? null : position,
      });
    }
    this.held += changes.length;
  }

  /** The entries that follow one, together at most `entryChangesMax` changes. @throws Error when they were dropped */
  after(number: number): JournalEntry[] {
    const start = this.entries.length - (this.last - number);
    if (start < 0) throw new Error(`entry ${number + 1} of the journal was dropped`);
    let end = start;
    let changes = 0;
    while (end < this.entries.length && end - start < entryChangesMax) {
      changes += this.entries[end]!.changes.length;
      if (changes > entryChangesMax && end > start) break;
      end += 1;
    }
    return this.entries.slice(start, end);
  }

  /** Drops the entries up to one. */
  trim(number: number): void {
    const dropped = this.entries.splice(0, Math.max(0, this.entries.length - (this.last - number)));
    for (const entry of dropped) this.held -= entry.changes.length;
  }
}
