import { DomainError } from '@finance/domain';

/** Ten times the largest table we promise to serve. */
export const skipMax = 100_000_000;

/** @throws DomainError SKIP_INVALID when negative or over {@link skipMax} */
export function parseSkip(skip: number): number {
  if (skip < 0 || skip > skipMax) {
    throw new DomainError('SKIP_INVALID', `skip is ${skip}; it must be 0 to ${skipMax}`, {
      field: 'skip',
      value: String(skip),
      max: String(skipMax),
    });
  }
  return skip;
}
