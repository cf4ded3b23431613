import { decimalFromCents } from '@finance/domain';

/** Cents as a decimal with two places and, where one is known, the currency; exact. */
export function amountText(cents: bigint, currencyCode = ''): string {
  return currencyCode === '' ? decimalFromCents(cents) : `${decimalFromCents(cents)} ${currencyCode}`;
}
