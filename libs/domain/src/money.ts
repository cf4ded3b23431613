import { DomainError } from './domain-error.ts';

/** The largest magnitude of DECIMAL(15,2), in cents. */
export const amountCentsMax = 999_999_999_999_999n;

/**
 * Cents of a decimal string such as `-12.30`, as databases return DECIMAL(15,2). Exact; never a float.
 * @throws DomainError FIELD_INVALID when it is not a decimal with at most two places.
 */
export function centsFromDecimal(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(decimal);
  if (!match) throw new DomainError('FIELD_INVALID', 'amount is not a decimal with at most two places');
  const cents = BigInt(match[2]! + (match[3] ?? '').padEnd(2, '0'));
  return match[1] ? -cents : cents;
}

/** The decimal string with two places of an amount in cents; the inverse of {@link centsFromDecimal}. */
export function decimalFromCents(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
