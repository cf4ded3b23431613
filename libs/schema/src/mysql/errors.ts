import { DomainError } from '@finance/domain';
import { readOnly } from './server-state.ts';

const numberOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, and ER_TRANSACTION_ROLLBACK_DURING_COMMIT, with which the members of a group
 * settle who of two that wrote the same row was first.
 */
const conflictNumbers = new Set([1205, 1213, 3101]);
const errorDuringCommit = 1180;

/** The transaction has lost against another one: it is gone, or must go, and may be run again whole. */
export const isConflict = (error: unknown): boolean => {
  const number = numberOf(error);
  if (number === undefined) return false;
  // A group's applier has rolled back what stood in its way: 149 is the deadlock of storage engines.
  if (number === errorDuringCommit) return /\berror 149\b/.test((error as Error).message);
  return conflictNumbers.has(number);
};

/** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_READ_ONLY_MODE, ER_INNODB_READ_ONLY. */
const readOnlyNumbers = new Set([1792, 1836, 1874]);
/** ER_OPTION_PREVENTS_STATEMENT, which options other than --read-only and --super-read-only have, too. */
const optionPreventsStatement = 1290;

/** The server refuses writes, and has rolled the transaction back or not begun it. */
export const isReadOnly = (error: unknown): boolean => {
  const number = numberOf(error);
  if (number === optionPreventsStatement) return /read-only/.test((error as Error).message);
  return number !== undefined && readOnlyNumbers.has(number);
};

/** ER_DUP_ENTRY. */
export const isDuplicateKey = (error: unknown): boolean => numberOf(error) === 1062;

/** Connection loss and refusal, as node, mysql2 and a server that shuts down, is full or leaves its group word them. */
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
  'ER_SERVER_OFFLINE_MODE',
  'ER_QUERY_INTERRUPTED',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_ERROR_DURING_COMMIT',
  'ER_RUN_HOOK_ERROR',
  'ER_GRP_TRX_CONSISTENCY_NOT_ALLOWED',
  'ER_GRP_TRX_CONSISTENCY_BEFORE',
  'ER_GRP_TRX_CONSISTENCY_AFTER_ON_TRX_BEGIN',
  'ER_GRP_TRX_CONSISTENCY_BEGIN_NOT_ALLOWED',
]);

/** Errors a caller may see for a failing database; others pass unchanged, conflicts too, and end as INTERNAL. */
export function domainErrorOf(error: unknown): unknown {
  if (isConflict(error)) return error;
  const code = codeOf(error);
  if (error instanceof Error && error.message === 'Queue limit reached.') {
    return new DomainError('OVERLOADED', 'too many calls wait for the database; retry later', {}, { cause: error });
  }
  if (isReadOnly(error)) return readOnly(error);
  const fatal = error instanceof Error && 'fatal' in error && error.fatal === true;
  if (fatal || (code !== undefined && unavailableCodes.has(code))) {
    return new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer; retry later', {}, { cause: error });
  }
  return error;
}
