/** Where a fund stands; the order is that of `finance.funds.v1.FundStatus`. Databases hold and sort the words. */
export const fundStatuses = ['pending', 'approved', 'rejected', 'settled', 'cancelled'] as const;

export type FundStatus = (typeof fundStatuses)[number];

/** A finance record. */
export interface Fund {
  readonly fundId: bigint;
  readonly handlerUserId: bigint;
  readonly orderId: bigint | null;
  readonly customerId: bigint | null;
  readonly amountCents: bigint;
  readonly currencyCode: string;
  readonly status: FundStatus;
  /** An instant; see instant.ts. */
  readonly createdAtMicros: number;
  /** An instant. */
  readonly updatedAtMicros: number;
}

/** An order; it touches its owner. */
export interface Order {
  readonly orderId: bigint;
  readonly ownerUserId: bigint;
  readonly customerId: bigint | null;
  readonly amountCents: bigint;
  readonly createdAtMicros: number;
}

/** A customer; it touches its admin. */
export interface Customer {
  readonly customerId: bigint;
  readonly name: string;
  readonly adminUserId: bigint;
}
