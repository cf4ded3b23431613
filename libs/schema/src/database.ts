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
  /** Runs reads in one consistent snapshot; temporary tables may be written. */
  snapshot<T>(signal: AbortSignal, work: (session: SqlSession) => Promise<T>): Promise<T>;
  /**
   * Runs reads and writes atomically; a deadlock runs `work` again, at most 3 times in all (then CONFLICT).
   * `position` includes the commit.
   */
  transaction<T>(
    signal: AbortSignal,
    work: (session: SqlSession) => Promise<T>,
  ): Promise<{ value: T; position: string }>;
  /** Whether the database has reached a position of its own; undefined when it is none of its own. */
  hasReached(signal: AbortSignal, position: string): Promise<boolean | undefined>;
  /** @throws DomainError DATABASE_UNAVAILABLE when the engine does not answer. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
