import type { MessageInitShape } from '@bufbuild/protobuf';
import { protoStatus } from '@finance/api';
import { FundStatusSchema } from '@finance/contract/fund';
import type { FundSummarySchema } from '@finance/contract/funds-service';
import { DomainError, type FundStatus, type FundSum, type FundSummaryGroup } from '@finance/domain';

/** The largest int64. */
const sumMax = 2n ** 63n - 1n;

/**
 * Count and sum of a group as a message; the key as the contract words it.
 * @throws DomainError SUM_TOO_LARGE when the sum does not fit into int64
 */
export function fundSummaryMessage(
  { fundCount, amountCents }: FundSum,
  key: string,
  groupBy: FundSummaryGroup,
): MessageInitShape<typeof FundSummarySchema> {
  if (amountCents > sumMax || amountCents < -sumMax) {
    throw new DomainError(
      'SUM_TOO_LARGE',
      `the amounts of ${fundCount} funds add up to more than ${sumMax} cents, which no 64-bit number holds; narrow the filter`,
      { fund_count: String(fundCount) },
    );
  }
  return { key: groupBy === 'status' && key !== '' ? statusName(key) : key, fundCount, amountCents };
}

const statusName = (status: string): string =>
  FundStatusSchema.value[protoStatus(status as FundStatus)]?.name ?? status;
