import type { Dialect, Row } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** Of the low part; both parts of 10^12 of the largest amounts add up below 2^63. */
const lowBits = 22n;

/**
 * The sum of the amounts of funds `f` as columns that {@link sumFromRow} reads. SQLite's SUM fails beyond 64 bits, so
 * there the high and the low bits are added up apart; MySQL's is a DECIMAL of enough digits.
 */
export function exactSum(dialect: Dialect): SQL {
  const amount = sql.raw(`f.${dialect.amountColumn}`);
  if (dialect.name === 'mysql') return sql`SUM(${amount}) AS amount`;
  return sql`SUM(${amount} >> ${lowBits}) AS amount_high, SUM(${amount} & ${(1n << lowBits) - 1n}) AS amount_low`;
}

/** The exact sum in cents, of any size; 0n for no funds. */
export function sumFromRow(row: Row, dialect: Dialect): bigint {
  const part = (name: string): bigint => (row[name] ?? 0n) as bigint;
  return dialect.name === 'mysql' ? part('amount') : (part('amount_high') << lowBits) + part('amount_low');
}
