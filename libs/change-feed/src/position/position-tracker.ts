import { DomainError } from '@finance/domain';
import { GtidSet } from './gtid-set.ts';

/** How far a follower has come. */
export interface PositionTracker {
  readonly position: string;
  /** Moves to a later position. */
  advance(position: string): void;
  /** Adds a transaction that was taken by itself. */
  include(transaction: string): void;
  /**
   * Whether a position is contained in the present one; microseconds.
   * @throws DomainError CONSISTENCY_TOKEN_INVALID for what is no position of the engine
   */
  hasReached(wanted: string): boolean;
}

/** Tracks GTID sets of MySQL or sequence numbers of SQLite. @throws DomainError CONSISTENCY_TOKEN_INVALID */
export function createPositionTracker(engine: 'mysql' | 'sqlite', from: string): PositionTracker {
  return engine === 'mysql'
    ? track(from, parseGtids, (reached, wanted) => reached.contains(wanted), addGtids)
    : track(
        from,
        parseSequence,
        (reached, wanted) => reached >= wanted,
        (reached, more) => (more > reached ? more : reached),
      );
}

function track<T>(
  from: string,
  parse: (text: string) => T,
  contains: (reached: T, wanted: T) => boolean,
  add: (reached: T, more: T) => T,
): PositionTracker {
  let position: string | undefined = from;
  let reached = parse(from);
  return {
    get position() {
      return (position ??= String(reached));
    },
    advance: (next) => {
      reached = parse(next);
      position = next;
    },
    include: (transaction) => {
      reached = add(reached, parse(transaction));
      position = undefined;
    },
    hasReached: (wanted) => wanted === position || contains(reached, parse(wanted)),
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

function parseSequence(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw invalid();
  return BigInt(text);
}
