import type { MessageInitShape } from '@bufbuild/protobuf';
import { protoStatus } from '@finance/api';
import { FundStatusSchema } from '@finance/contract/fund';
import type { FundSummarySchema } from '@finance/contract/funds-service';
import { invalidField, type FundStatus } from '@finance/domain';
import type { FundSum, FundSummaryGroup } from '@finance/store';

/** The largest int64. */
const sumMax = 2n ** 63n - 1n;

/**
 * Count and sum of a group as a message; the key as the contract words it.
 * @throws DomainError FILTER_INVALID when the sum does not fit into int64
 */
export function fundSummaryMessage(
  { fundCount, amountCents }: FundSum,
  key: string,
  groupBy: FundSummaryGroup,
): MessageInitShape<typeof FundSummarySchema> {
  if (amountCents > sumMax || amountCents < -sumMax) {
    throw invalidField(
      'filter',
      `leaves ${fundCount} funds whose amounts add up to more than ${sumMax} cents; narrow it`,
      'FILTER_INVALID',
    );
  }
  return { key: groupBy === 'status' && key !== '' ? statusName(key) : key, fundCount, amountCents };
}

const statusName = (status: string): string =>
  FundStatusSchema.value[protoStatus(status as FundStatus)]?.name ?? status;
