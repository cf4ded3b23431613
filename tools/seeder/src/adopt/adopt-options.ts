import type { FundStatus } from '@finance/domain';

/** What adopted rows get where the old tables say nothing. */
export interface AdoptOptions {
  readonly missingStatus: FundStatus;
  /** Microseconds since 1970 UTC. */
  readonly missingCreatedAtMicros: number;
  /** Three letters. */
  readonly missingCurrencyCode: string;
}

/** An instant nobody takes for a real one. */
export const adoptDefaults: AdoptOptions = {
  missingStatus: 'pending',
  missingCreatedAtMicros: 0,
  missingCurrencyCode: 'USD',
};
