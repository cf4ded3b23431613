import { setTimeout as delay } from 'node:timers/promises';
import { createPositionTracker, type ChangeFeed, type PositionTracker } from '@finance/change-feed';
import type { NumberedChange } from './numbered-changes.ts';
import type { WatchPlace } from './watch-place.ts';

/** A change, and whom it concerned when it came. */
export interface RecentChange extends NumberedChange {
  readonly affectedUserIds: readonly bigint[];
}

/** Who reads recent changes, and the number it takes next. */
export interface RecentReader {
  number: number;
  close(): void;
}

/** How often it is looked whether the readers have made room. */
const roomPollMs = 5;

/** The newest changes, by consecutive numbers: the one buffer that all watchers at the head read from. */
export class RecentChanges {
  private readonly countMax: number;
  /** Everything that is not here was before this. */
  private readonly before: PositionTracker;
  private changes: RecentChange[] = [];
  private firstNumber = 0;
  private reached: string | null;
  private failure: unknown;
  private readonly sleepers = new Set<() => void>();
  private readonly readers = new Set<RecentReader>();

  constructor(engine: ChangeFeed['engine'], from: string, countMax: number) {
    this.countMax = countMax;
    this.before = createPositionTracker(engine, from);
    this.reached = from;
  }

  /** The number of the oldest change. */
  get first(): number {
    return this.firstNumber;
  }

  /** The number of the next change to come. */
  get end(): number {
    return this.firstNumber + this.changes.length;
  }

  /** Where the last change leaves the database; null inside of a transaction. */
  get position(): string | null {
    return this.reached;
  }

  /** The change of a number from `first` on; undefined for one to come. */
  at(number: number): RecentChange | undefined {
    return this.changes[number - this.firstNumber];
  }

  /** Reads everything after a place, what is here and what is to come; undefined when a part is no longer here. */
  readerAfter(place: WatchPlace): RecentReader | undefined {
    if (!place.hasReached(this.before.position)) return undefined;
    const reader = { number: this.firstNumber, close: () => void this.readers.delete(reader) };
    this.readers.add(reader);
    return reader;
  }

  /** Waits until nobody would lose something by so many more, or the time is over: who is late then is too slow. */
  async room(count: number, timeMaxMs: number, signal: AbortSignal): Promise<void> {
    const needed = Math.min(this.end, this.end + count - this.countMax);
    const deadline = Date.now() + timeMaxMs;
    const isHeldUp = (): boolean => [...this.readers].some(({ number }) => number < needed);
    while (isHeldUp() && Date.now() < deadline && !signal.aborted) await delay(roomPollMs);
  }

  add(changes: readonly RecentChange[], position: string | null): void {
    for (const change of changes) this.changes.push(change);
    this.reached = position;
    const excess = this.changes.length - Math.max(this.countMax, changes.length);
    if (excess > 0) this.drop(excess);
    if (changes.length > 0) this.wake();
  }

  /** No more will come; who waits, or comes to the end, gets the reason. */
  fail(reason: unknown): void {
    this.failure ??= reason;
    this.wake();
  }

  /** Returns after the time, when there is more or when the signal aborts. @throws what the changes failed with */
  async more(timeMs: number, signal: AbortSignal): Promise<void> {
    if (this.failure === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.sleepers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, timeMs);
        this.sleepers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private drop(count: number): void {
    let last: string | undefined;
    for (const { transaction } of this.changes.splice(0, count)) {
      if (transaction !== last) this.before.include(transaction);
      last = transaction;
    }
    this.firstNumber += count;
    for (const reader of this.readers) if (reader.number < this.firstNumber) reader.close();
  }

  private wake(): void {
    for (const wake of this.sleepers) wake();
  }
}
