import type { Freshness } from '@finance/domain';
import type { SQL } from 'drizzle-orm';
import type { Dialect } from './dialect.ts';

/**
 * A result row by column name, alike on every engine: integers are bigint, DECIMAL amounts bigint cents, instants
 * bigint microseconds since 1970 UTC, strings string, NULL null.
 */
export type Row = Record<string, bigint | string | null>;

/** One connection inside one transaction. Not for use after its callback ended. */
export interface SqlSession {
  readonly dialect: Dialect;
  /** A point in the engine's change order that everything read here is at least as fresh as. */
  readonly position: string;
  /** Runs a query and returns all rows. @throws DomainError when the caller left or the database failed. */
  all(query: SQL): Promise<Row[]>;
  /** Runs a statement. `insertId` is 0n when no id was generated. */
  run(statement: SQL): Promise<{ affectedRows: number; insertId: bigint }>;
}

/**
 * A database that holds the tables of this lib. Work is stopped in the engine when `signal` aborts, and the call
 * then rejects at once with the signal's DomainError.
 * Errors: OVERLOADED when too many calls wait for a connection, DATABASE_UNAVAILABLE when the engine does not answer.
 */
export interface Database {
  readonly dialect: Dialect;
  /**
   * Runs reads in one consistent snapshot; temporary tables may be written. It includes all that was acknowledged before
   * the call, unless `freshness` asks for less. @throws DomainError CONSISTENCY_UNAVAILABLE when only a server that
   * follows another one can be reached, which cannot tell what is newest
   */
  snapshot<T>(signal: AbortSignal, work: (session: SqlSession) => Promise<T>, freshness?: Freshness): Promise<T>;
  /**
   * Runs reads and writes atomically. Who loses against a concurrent write, at a lock or at commit, runs `work` again, a
   * few times (then CONFLICT). `position` includes the commit; empty when the connection was lost right after it.
   * @throws DomainError DATABASE_READ_ONLY when the server refuses writes
   */
  transaction<T>(
    signal: AbortSignal,
    work: (session: SqlSession) => Promise<T>,
  ): Promise<{ value: T; position: string }>;
  /**
   * Whether the database has reached a position; undefined when it is none of its present history: of another database,
   * or of before it was restored, reset or failed over with losses.
   */
  hasReached(signal: AbortSignal, position: string): Promise<boolean | undefined>;
  /** @throws DomainError DATABASE_UNAVAILABLE when the engine does not answer. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
