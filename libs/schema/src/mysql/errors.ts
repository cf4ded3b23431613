import { DomainError } from '@finance/domain';

const numberOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** ER_LOCK_DEADLOCK and ER_LOCK_WAIT_TIMEOUT: the transaction is gone or must go, and may be run again whole. */
export const isRetryable = (error: unknown): boolean => numberOf(error) === 1213 || numberOf(error) === 1205;

/** ER_DUP_ENTRY. */
export const isDuplicateKey = (error: unknown): boolean => numberOf(error) === 1062;

/** Connection loss and refusal, as node, mysql2 and a server that shuts down or is full word them. */
const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_QUERY_INTERRUPTED',
  'ER_OPTION_PREVENTS_STATEMENT',
]);

/** Errors a caller may see for a failing database; others pass unchanged and end as INTERNAL. */
export function domainErrorOf(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof Error && error.message === 'Queue limit reached.') {
    return new DomainError('OVERLOADED', 'too many calls wait for the database; retry later', {}, { cause: error });
  }
  const fatal = error instanceof Error && 'fatal' in error && error.fatal === true;
  if (fatal || (code !== undefined && unavailableCodes.has(code))) {
    return new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer; retry later', {}, { cause: error });
  }
  return error;
}
