/** Every reason a call can fail for; the names are those of `finance.common.v1.ErrorReason`. */
export type ErrorReason =
  | 'PAGE_SIZE_INVALID'
  | 'SKIP_INVALID'
  | 'ORDER_BY_INVALID'
  | 'FILTER_INVALID'
  | 'SUM_TOO_LARGE'
  | 'PAGE_TOKEN_INVALID'
  | 'PAGE_TOKEN_MISMATCH'
  | 'CONSISTENCY_TOKEN_INVALID'
  | 'CONSISTENCY_UNAVAILABLE'
  | 'FIELD_INVALID'
  | 'UPDATE_MASK_INVALID'
  | 'BATCH_TOO_LARGE'
  | 'STRATEGY_NOT_ALLOWED'
  | 'VIEWER_NOT_FOUND'
  | 'USER_NOT_FOUND'
  | 'USER_EXISTS'
  | 'FUND_NOT_FOUND'
  | 'FUND_EXISTS'
  | 'FUND_ACCESS_DENIED'
  | 'ORDER_NOT_FOUND'
  | 'CUSTOMER_NOT_FOUND'
  | 'REFERENCE_NOT_FOUND'
  | 'ORG_CYCLE'
  | 'ORG_TOO_DEEP'
  | 'ORG_VERSION_CONFLICT'
  | 'ORG_OUT_OF_STEP'
  | 'CONFLICT'
  | 'OVERLOADED'
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_READ_ONLY'
  | 'DEPENDENCY_UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'MESSAGE_TOO_LARGE'
  | 'NOT_IMPLEMENTED'
  | 'CREDENTIAL_INVALID'
  | 'CAPABILITY_MISSING'
  | 'IDENTITY_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'CHANGE_FEED_NOT_READY'
  | 'POSITION_PURGED'
  | 'CONSUMER_TOO_SLOW'
  | 'INTERNAL';

/**
 * The one error type whose message may reach a caller: it says what was wrong and what to do, and holds no SQL,
 * path, host or stack. Anything private goes into `cause`, which only the log sees.
 */
export class DomainError extends Error {
  readonly reason: ErrorReason;
  /** Every dynamic value of the message, by name. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    reason: ErrorReason,
    message: string,
    metadata: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.reason = reason;
    this.metadata = metadata;
  }
}

/** A request field that cannot be taken; `field` is its proto path. */
export function invalidField(field: string, problem: string, reason: ErrorReason = 'FIELD_INVALID'): DomainError {
  return new DomainError(reason, `${field} ${problem}`, { field });
}
