import { DomainError } from '@finance/domain';
import { SqliteFailure } from './connection.ts';

const hasCode = (error: unknown, prefix: string): boolean =>
  error instanceof SqliteFailure && (error.code?.startsWith(prefix) ?? false);

/** A primary key or unique value that exists. */
export const isDuplicateKey = (error: unknown): boolean =>
  hasCode(error, 'SQLITE_CONSTRAINT_PRIMARYKEY') || hasCode(error, 'SQLITE_CONSTRAINT_UNIQUE');

/** Errors a caller may see for a failing database; others pass unchanged and end as INTERNAL. */
export function domainErrorOf(error: unknown): unknown {
  if (hasCode(error, 'SQLITE_BUSY')) {
    return new DomainError('CONFLICT', 'another program holds the database; retry', {}, { cause: error });
  }
  if (hasCode(error, 'SQLITE_READONLY')) {
    return new DomainError(
      'DATABASE_READ_ONLY',
      'the database file cannot be written; reads go on',
      {},
      { cause: error },
    );
  }
  if (
    ['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_FULL', 'SQLITE_NOTADB', 'SQLITE_CORRUPT'].some((c) => hasCode(error, c))
  ) {
    return new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer; retry later', {}, { cause: error });
  }
  return error;
}
