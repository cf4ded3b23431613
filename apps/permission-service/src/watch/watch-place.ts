import { createPositionTracker, type ChangeFeed, type PositionTracker } from '@finance/change-feed';
import { historyPointOf } from '@finance/schema';
import type { NumberedChange } from './numbered-changes.ts';

/** `<position>`, or `<position>,<transaction>+<ordinal>` inside of a transaction. */
const placePattern = /^(?:(.*),)?([^,+]+)\+(\d{1,9})$/;

/** How far a watcher has come: a position, and perhaps a part of the transaction behind it. */
export class WatchPlace {
  private readonly engine: ChangeFeed['engine'];
  private readonly reached: PositionTracker;
  private part: { readonly transaction: string; readonly ordinal: number } | undefined;

  /** @throws DomainError CONSISTENCY_TOKEN_INVALID for what is none of the engine's */
  constructor(engine: ChangeFeed['engine'], text: string) {
    const [, position = '', transaction, ordinal] = placePattern.exec(text) ?? [];
    this.engine = engine;
    this.reached = createPositionTracker(engine, transaction === undefined ? text : position);
    if (transaction !== undefined) this.part = { transaction, ordinal: Number(ordinal) };
  }

  /** Everything up to here is known, whole transactions. */
  get position(): string {
    return this.reached.position;
  }

  /** What a watcher who has come this far resumes after. */
  get text(): string {
    const { position, part } = this;
    if (!part) return position;
    return `${position === '' ? '' : `${position},`}${part.transaction}+${part.ordinal}`;
  }

  /** Whether it may be compared with a position: one of another history may not. */
  isOfHistory(position: string): boolean {
    return historyPointOf(position).historyId === historyPointOf(this.position).historyId;
  }

  /** Whether a database at this position has had all of it. */
  isWithin(position: string): boolean {
    const database = createPositionTracker(this.engine, position);
    return database.hasReached(this.position) && (!this.part || database.hasReached(this.part.transaction));
  }

  hasReached(position: string): boolean {
    return this.reached.hasReached(position);
  }

  /** Takes the next change; false for one that is known. */
  take({ transaction, ordinal, isLast }: NumberedChange): boolean {
    if (this.reached.hasReached(transaction)) return false;
    const { part } = this;
    if (part?.transaction === transaction) {
      if (ordinal <= part.ordinal) return false;
    } else if (part) this.reached.include(part.transaction);
    this.part = isLast ? undefined : { transaction, ordinal };
    if (isLast) this.reached.include(transaction);
    return true;
  }

  /** Nothing happened up to here that is not known, in transactions that are complete. */
  advance(position: string): void {
    if (position === this.position || !this.isWithin(position)) return;
    this.reached.advance(position);
    this.part = undefined;
  }
}
