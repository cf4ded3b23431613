import { DomainError } from '@finance/domain';
import { GtidSet } from './gtid-set.ts';

/** How far a follower has come. */
export interface PositionTracker {
  readonly position: string;
  /** Moves to a later position. */
  advance(position: string): void;
  /**
   * Whether a position is contained in the present one; microseconds.
   * @throws DomainError CONSISTENCY_TOKEN_INVALID for what is no position of the engine
   */
  hasReached(wanted: string): boolean;
}

/** Tracks GTID sets of MySQL or sequence numbers of SQLite. @throws DomainError CONSISTENCY_TOKEN_INVALID */
export function createPositionTracker(engine: 'mysql' | 'sqlite', from: string): PositionTracker {
  let position = from;
  return engine === 'mysql'
    ? track(parseGtids, (reached, wanted) => reached.contains(wanted))
    : track(parseSequence, (reached, wanted) => reached >= wanted);

  function track<T>(parse: (text: string) => T, contains: (reached: T, wanted: T) => boolean): PositionTracker {
    let reached = parse(position);
    return {
      get position() {
        return position;
      },
      advance: (next) => {
        reached = parse(next);
        position = next;
      },
      hasReached: (wanted) => wanted === position || contains(reached, parse(wanted)),
    };
  }
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
