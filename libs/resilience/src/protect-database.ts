import { DomainError } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import { createBulkhead, type BulkheadLimits } from './bulkhead.ts';
import { createDatabaseBreaker, type BreakerState, type Verdict } from './database-breaker.ts';

/** How a database is guarded. */
export interface ProtectionOptions {
  /** Snapshots. */
  readonly reads: BulkheadLimits;
  /** Transactions: reads can neither starve them nor be starved by them. */
  readonly writes: BulkheadLimits;
  /** Told of every change of the breaker, for logs and metrics. */
  readonly onStateChange?: (state: BreakerState) => void;
}

/** Work of one kind now, and how much of it may run at a time. */
export interface BulkheadStats {
  readonly running: number;
  readonly runningMax: number;
  readonly waiting: number;
}

/** What a guarded database is doing now, and has refused so far. */
export interface ProtectionStats {
  readonly breaker: BreakerState;
  /** Times the breaker has opened, probes that failed included. */
  readonly openings: number;
  /** Calls refused because the breaker was open. */
  readonly refused: number;
  readonly reads: BulkheadStats;
  readonly writes: BulkheadStats;
}

/** A database behind a breaker and bulkheads. */
export interface ProtectedDatabase extends Database {
  stats(): ProtectionStats;
}

/** A shorter call that got no answer tells more about its deadline than about the database. */
const silentWorkMinMs = 1_000;
/** `ping` and `hasReached` take a fraction of a millisecond. */
const silentControlMinMs = 50;

/**
 * Guards a database: after five failures of availability in a row (refused or lost connections, or callers who left
 * without anybody having had an answer in the meantime) calls are refused at once with DATABASE_UNAVAILABLE, until a
 * probe has been answered. Errors of the domain are answers. Reads and writes wait in bounded queues of their own;
 * beyond these OVERLOADED is answered at once. `ping` and `hasReached` do not queue.
 */
export function protectDatabase(database: Database, options: ProtectionOptions): ProtectedDatabase {
  const reads = createBulkhead(options.reads);
  const writes = createBulkhead(options.writes);
  const breaker = createDatabaseBreaker((signal) => database.ping(signal), options.onStateChange);
  let answeredAt = -Infinity;

  const noteAnswer = <T>(answer: T): T => {
    answeredAt = performance.now();
    return answer;
  };
  const watched = (session: SqlSession): SqlSession =>
    noteAnswer({
      dialect: session.dialect,
      position: session.position,
      all: async (query) => noteAnswer(await session.all(query)),
      run: async (statement) => noteAnswer(await session.run(statement)),
    });

  const guarded = <T>(signal: AbortSignal, silentMinMs: number, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const judge = (error: unknown): Verdict => {
      if (signal.aborted) {
        return answeredAt < startedAt && performance.now() - startedAt >= silentMinMs ? 'failed' : 'neither';
      }
      if (!(error instanceof DomainError)) return 'answered';
      if (error.reason === 'DATABASE_UNAVAILABLE') return 'failed';
      return error.reason === 'OVERLOADED' ? 'neither' : 'answered';
    };
    return breaker.run(work, judge);
  };

  return {
    dialect: database.dialect,
    snapshot: (signal, work, freshness) =>
      reads.run(signal, () =>
        guarded(signal, silentWorkMinMs, () =>
          database.snapshot(signal, (session) => work(watched(session)), freshness),
        ),
      ),
    transaction: (signal, work) =>
      writes.run(signal, () =>
        guarded(signal, silentWorkMinMs, () => database.transaction(signal, (session) => work(watched(session)))),
      ),
    hasReached: (signal, position) =>
      guarded(signal, silentControlMinMs, async () => noteAnswer(await database.hasReached(signal, position))),
    ping: (signal) => guarded(signal, silentControlMinMs, async () => noteAnswer(await database.ping(signal))),
    stats: () => ({
      breaker: breaker.state,
      openings: breaker.openings,
      refused: breaker.refused,
      reads: { running: reads.running, runningMax: options.reads.runningMax, waiting: reads.waiting },
      writes: { running: writes.running, runningMax: options.writes.runningMax, waiting: writes.waiting },
    }),
    close: async () => {
      breaker.close();
      await database.close();
    },
  };
}
