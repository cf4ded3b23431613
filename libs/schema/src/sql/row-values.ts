import { amountCentsMax, instantOf, microsMax, microsMin, recordUnreadable } from '@finance/domain';

/** Whatever came of a row, by column. */
export type Values = Readonly<Record<string, unknown>>;

/** A table, and its key, by which a row that cannot be read is named. */
export interface RecordTable {
  readonly name: string;
  readonly key: string;
}

const int64Max = 2n ** 63n - 1n;

// What the types of columns permit is more than the contract can tell: SQLite keeps any value in any column, and MySQL has
// unsigned numbers and dates that no calendar knows.

/** Whether a value fits into the contract's integers. */
export const isInteger = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value <= int64Max && value >= -int64Max - 1n;

/** Whether a value is an amount in cents of at most 15 digits. */
export const isAmount = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value <= amountCentsMax && value >= -amountCentsMax;

/** Whether a value is a moment of the years 1 to 9999, in microseconds since 1970 UTC. */
export const isInstant = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value <= microsMax && value >= microsMin;

/** Whether a value is text. */
export const isText = (value: unknown): value is string => typeof value === 'string';

/** The integer in a column. @throws DomainError RECORD_UNREADABLE, as all of these, where there is none */
export function integerIn(row: Values, column: string, table: RecordTable): bigint {
  const value = row[column];
  return isInteger(value) ? value : unreadable(row, column, table);
}

/** The integer in a column that may be null. */
export const integerOrNullIn = (row: Values, column: string, table: RecordTable): bigint | null =>
  row[column] === null ? null : integerIn(row, column, table);

/** The amount in a column, in cents. */
export function amountIn(row: Values, column: string, table: RecordTable): bigint {
  const value = row[column];
  return isAmount(value) ? value : unreadable(row, column, table);
}

/** The instant in a column. */
export function instantIn(row: Values, column: string, table: RecordTable): number {
  const value = row[column];
  return isInstant(value) ? instantOf(value) : unreadable(row, column, table);
}

/** The text in a column. */
export function textIn(row: Values, column: string, table: RecordTable): string {
  const value = row[column];
  return isText(value) ? value : unreadable(row, column, table);
}

/** The text in a column that holds one of some words: nobody's rights are guessed. */
export function wordIn<Word extends string>(
  row: Values,
  column: string,
  table: RecordTable,
  words: readonly Word[],
): Word {
  const value = row[column];
  return (words as readonly unknown[]).includes(value) ? (value as Word) : unreadable(row, column, table);
}

function unreadable(row: Values, column: string, { name, key }: RecordTable): never {
  throw recordUnreadable(name, row[key], column, row[column]);
}
