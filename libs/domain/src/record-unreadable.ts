import { DomainError } from './domain-error.ts';

/**
 * A row that is there and holds a value that the contract has no way to tell, such as a date of zeros. The value itself
 * goes to the log only: whoever meets the row may not be one who may read it.
 */
export const recordUnreadable = (table: string, id: unknown, column: string, value: unknown): DomainError =>
  new DomainError(
    'RECORD_UNREADABLE',
    `the row ${String(id)} of ${table} cannot be read, because of what is in its column ${column}; ` +
      'an operator must correct it: seeder:doctor says how',
    { table, id: String(id), column },
    { cause: new Error(`${table}.${column} of row ${String(id)} is ${inspected(value)}`) },
  );

export const isRecordUnreadable = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.reason === 'RECORD_UNREADABLE';

const inspected = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value.slice(0, 100))
    : value instanceof Uint8Array
      ? 'bytes'
      : String(value);
