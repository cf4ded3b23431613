import { DomainError } from '@finance/domain';
import { historyPointOf, positionText } from '@finance/schema';
import { GtidSet } from './gtid-set.ts';

/** How far a follower has come in one history of a database. */
export interface PositionTracker {
  readonly position: string;
  /** Moves to a later position. */
  advance(position: string): void;
  /** Adds a transaction that was taken by itself. */
  include(transaction: string): void;
  /**
   * Whether a position, or a transaction alone, is contained in the present one; never one of another history.
   * Microseconds. @throws DomainError CONSISTENCY_TOKEN_INVALID for what is no position of the engine
   */
  hasReached(wanted: string): boolean;
}

/** Tracks GTID sets of MySQL or entries of SQLite's change log. @throws DomainError CONSISTENCY_TOKEN_INVALID */
export function createPositionTracker(engine: 'mysql' | 'sqlite', from: string): PositionTracker {
  return engine === 'mysql'
    ? track(from, parseGtids, (reached, wanted) => reached.contains(wanted), addGtids)
    : track(from, parseEntry, includesEntry, (reached, more) => (more.sequence > reached.sequence ? more : reached));
}

function track<T>(
  from: string,
  parse: (text: string) => T,
  contains: (reached: T, wanted: T) => boolean,
  add: (reached: T, more: T) => T,
): PositionTracker {
  let position: string | undefined = from;
  let { historyId, point } = historyPointOf(from);
  let reached = parse(point);
  return {
    get position() {
      return (position ??= positionText({ historyId, point: String(reached) }));
    },
    advance: (next) => {
      ({ historyId, point } = historyPointOf(next));
      reached = parse(point);
      position = next;
    },
    include: (transaction) => {
      reached = add(reached, parse(transaction));
      position = undefined;
    },
    hasReached: (wanted) => {
      if (wanted === position) return true;
      const other = historyPointOf(wanted);
      return contains(reached, parse(other.point)) && (other.historyId === '' || other.historyId === historyId);
    },
  };
}

function addGtids(reached: GtidSet, more: GtidSet): GtidSet {
  for (const { source, intervals } of more.entries()) {
    for (const { first, last } of intervals)
      for (let number = first; number <= last; number += 1) reached.add(source, number);
  }
  return reached;
}

const invalid = (cause?: unknown): DomainError =>
  new DomainError('CONSISTENCY_TOKEN_INVALID', 'the position is none of this database', {}, { cause });

function parseGtids(text: string): GtidSet {
  try {
    return GtidSet.parse(text);
  } catch (error) {
    throw invalid(error);
  }
}

/** An entry of the change log. Its mark tells it from the entry of the same number in a file that was restored. */
interface LoggedEntry {
  readonly sequence: bigint;
  readonly mark: string;
  toString(): string;
}

function parseEntry(text: string): LoggedEntry {
  const [, sequence, mark] = /^(\d{1,18})\.(-?\d{1,19})$/.exec(text) ?? [];
  if (sequence === undefined || mark === undefined) throw invalid();
  return { sequence: BigInt(sequence), mark, toString: () => text };
}

const includesEntry = (reached: LoggedEntry, wanted: LoggedEntry): boolean =>
  reached.sequence > wanted.sequence || (reached.sequence === wanted.sequence && reached.mark === wanted.mark);
