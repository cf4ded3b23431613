import { DomainError } from '@finance/domain';
import type { CommittedChange, KnownChanges } from '../log/take-changes.ts';

/** Changes whose commit failed and may have been made all the same; older ones were not. */
const uncertainMax = 1_000;

/** Some 30 MB, and minutes of writes while the log cannot be written. */
const waitingMax = 100_000;

/**
 * The changes of this process from when they are noted until they have their place in the chain. What is here is on record
 * even if somebody takes its note out of the database meanwhile.
 */
export class OwnChanges {
  readonly #prefix: string;
  readonly #changes = new Map<string, CommittedChange | 'under way'>();
  readonly #uncertain: string[] = [];
  #last = 0;

  /** @param process tells processes apart; up to 20 characters */
  constructor(process: string) {
    this.#prefix = `${process}-`;
  }

  /** What is known now; to be asked before the notes are read. */
  known(): KnownChanges {
    return {
      waiting: [...this.#changes.values()].filter((change) => change !== 'under way'),
      isExpected: (note) => (note.startsWith(this.#prefix) ? this.#changes.has(note) : undefined),
    };
  }

  /** To be asked before a change is made. @throws DomainError OVERLOADED when too many wait for the log */
  admit(): void {
    if (this.#changes.size >= waitingMax) {
      throw new DomainError('OVERLOADED', 'too many changes wait for the audit log; retry a little later');
    }
  }

  /** The name of the next note, right before it is written: one that is not written leaves a gap in the numbers. */
  begin(): string {
    this.#last += 1;
    const note = `${this.#prefix}${this.#last}`;
    this.#changes.set(note, 'under way');
    return note;
  }

  committed(committed: CommittedChange): void {
    const { note } = committed.change;
    // It may have its place by now.
    if (this.#changes.has(note)) this.#changes.set(note, committed);
  }

  /** Nothing is committed, or perhaps something is: the note may still turn up. */
  failed(note: string, isUncertain: boolean): void {
    if (isUncertain) this.#uncertain.push(note);
    const forgotten = isUncertain ? this.#uncertain.splice(0, this.#uncertain.length - uncertainMax) : [note];
    this.settle(forgotten);
  }

  /** They have their place. */
  settle(notes: readonly string[]): void {
    for (const note of notes) this.#changes.delete(note);
  }
}
