import { createPositionTracker, type PositionTracker } from '@finance/change-feed';
import { createLiveIndex, type LiveIndex } from '@finance/live-index';
import { historyPointOf } from '@finance/schema';
import type { MessagePort } from 'node:worker_threads';
import type { BaseState, JournalDelivery, JournalEntry, JournalRequest, JournalState } from '../messages.ts';

/** A thread that also serves is never held longer by changes. */
const sliceMs = 5;
/** Takes well under a slice, even where each change touches many cached sets. */
const stepChanges = 50;

export interface FollowingIndexOptions {
  readonly engine: 'mysql' | 'sqlite';
  readonly cachedBytesMax: number;
  /** Called after each entry; true when somebody is about to read the state, which is then kept for them. */
  readonly onEntry: () => boolean;
  /** Nobody knows any more what the database has. */
  readonly onInterrupted: () => void;
  /** Nothing is applied any more. */
  readonly onFailed: (error: unknown) => void;
}

/** A live index over one base that follows the journal, in slices between which the thread does other work. */
export class FollowingIndex {
  readonly index: LiveIndex;
  /** The entry applied last, as a whole. */
  number: number;
  /** The journal's latest entry as far as known. */
  head: number;
  appliedEntries = 0;
  appliedChanges = 0;
  private settledAt: string | null = null;
  private ready = false;
  private isConnected = false;
  private readonly readyAt: string;
  private readonly tracker: PositionTracker;
  private readonly journal: MessagePort;
  private readonly options: FollowingIndexOptions;
  private readonly pending: JournalEntry[] = [];
  private pendingAt = 0;
  private changeAt = 0;
  private toAcknowledge = 0;
  private scheduled: NodeJS.Immediate | undefined;
  private closed = false;

  constructor(state: BaseState, journal: MessagePort, options: FollowingIndexOptions) {
    this.index = createLiveIndex(state.base, { cachedBytesMax: options.cachedBytesMax });
    this.number = state.number;
    this.head = state.number;
    this.readyAt = state.readyAt;
    this.options = options;
    this.journal = journal;
    this.tracker = createPositionTracker(options.engine, state.position ?? state.readyAt);
    this.settle(state.position);
    journal.on('message', (message: JournalDelivery | JournalState) => this.receive(message));
    journal.unref();
  }

  /** The position of the present state; null when SQL never showed that state. */
  get position(): string | null {
    return this.settledAt;
  }

  /**
   * Whether the present state is one that SQL shows and includes a position, as far as anybody knows: without a feed its
   * numbers may by now be those of other transactions. @throws DomainError for no position */
  hasReached(position: string): boolean {
    if (this.settledAt === null || !this.isConnected) return false;
    if (this.tracker.position !== this.settledAt) this.tracker.advance(this.settledAt);
    return this.tracker.hasReached(position);
  }

  /** Whether a position may be reached: one of another history never is. */
  isOfHistory(position: string): boolean {
    return historyPointOf(position).historyId === historyPointOf(this.tracker.position).historyId;
  }

  /** Has the journal look for changes now. */
  pull(): void {
    this.journal.postMessage('pull' satisfies JournalRequest);
  }

  close(): void {
    this.closed = true;
    clearImmediate(this.scheduled);
    this.journal.close();
  }

  private receive(message: JournalDelivery | JournalState): void {
    if (this.closed) return;
    if ('isConnected' in message) {
      this.isConnected = message.isConnected;
      // Perhaps nothing else was missing.
      if (this.isConnected) this.options.onEntry();
      else this.options.onInterrupted();
      return;
    }
    const delivery = message;
    this.head = delivery.head;
    this.pending.push(...delivery.entries);
    this.toAcknowledge += 1;
    if (!this.scheduled) this.work();
  }

  private work(): void {
    this.scheduled = undefined;
    const until = performance.now() + sliceMs;
    try {
      while (this.pendingAt < this.pending.length) {
        const isAwaited = this.step(this.pending[this.pendingAt]!);
        if (this.closed) return;
        if ((isAwaited || performance.now() >= until) && this.pendingAt < this.pending.length) {
          this.scheduled = setImmediate(() => this.work());
          return;
        }
      }
    } catch (error) {
      this.settledAt = null;
      this.close();
      this.options.onFailed(error);
      return;
    }
    this.pending.length = 0;
    this.pendingAt = 0;
    for (; this.toAcknowledge > 0; this.toAcknowledge -= 1) this.journal.postMessage('taken' satisfies JournalRequest);
  }

  /** Applies a step of an entry; true when the state must stay until whoever waited for it has read it. */
  private step(entry: JournalEntry): boolean {
    const { changes } = entry;
    const end = Math.min(changes.length, this.changeAt + stepChanges);
    this.settledAt = null;
    if (changes.length > 0) {
      this.index.apply(changes.length <= stepChanges ? changes : changes.slice(this.changeAt, end));
    }
    this.appliedChanges += end - this.changeAt;
    this.changeAt = end;
    if (end < changes.length) return false;
    this.changeAt = 0;
    this.pendingAt += 1;
    this.number = entry.number;
    this.appliedEntries += 1;
    this.settle(entry.position);
    return this.options.onEntry();
  }

  private settle(position: string | null): void {
    if (position !== null && !this.ready) {
      this.tracker.advance(position);
      this.ready = this.tracker.hasReached(this.readyAt);
    }
    this.settledAt = this.ready ? position : null;
  }
}
