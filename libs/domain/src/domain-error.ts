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
  | 'REFERENCE_MISMATCH'
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
  | 'ORIGIN_REFUSED'
  | 'WRITE_NOT_ALLOWED'
  | 'IDENTITY_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'CHANGE_FEED_NOT_READY'
  | 'POSITION_PURGED'
  | 'HISTORY_CHANGED'
  | 'RECORD_UNREADABLE'
  | 'CONSUMER_TOO_SLOW'
  | 'SERVER_SHUTTING_DOWN'
  | 'CONNECTION_EXPIRED'
  | 'INTERNAL';

/** What a DomainError may tell besides its reason, message and metadata. */
export interface DomainErrorOptions extends ErrorOptions {
  /** Names of the contract's fields in the message or the metadata, besides `metadata.field`. */
  readonly names?: readonly string[];
  /** Every wrong field of a request, where there are several. */
  readonly violations?: readonly DomainError[];
}

/**
 * The one error type whose message may reach a caller: it says what was wrong and what to do, and holds no SQL,
 * path, host or stack. Anything private goes into `cause`, which only the log sees.
 */
export class DomainError extends Error {
  readonly reason: ErrorReason;
  /** Every dynamic value of the message, by name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #names: readonly string[];
  readonly #violations: readonly DomainError[] | undefined;

  constructor(
    reason: ErrorReason,
    message: string,
    metadata: Readonly<Record<string, string>> = {},
    options: DomainErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.reason = reason;
    this.metadata = metadata;
    this.#names = options.names ?? [];
    this.#violations = options.violations;
  }

  /** Field names in message and metadata, as the contract spells them; a caller who writes JSON gets them as JSON does. */
  get names(): readonly string[] {
    const { field } = this.metadata;
    return field === undefined ? this.#names : [field, ...this.#names];
  }

  /** Every wrong field, each by an error of its own; this one alone where there is no more to say. */
  get violations(): readonly DomainError[] {
    return this.#violations ?? [this];
  }
}

/** What may be said of a wrong field besides. */
export interface FieldProblem {
  /** As it was sent, where it is short and no secret. */
  readonly value?: unknown;
  /** Further fields that the problem names. */
  readonly names?: readonly string[];
}

/** A request field that cannot be taken; `field` is its proto path. */
export function invalidField(
  field: string,
  problem: string,
  reason: ErrorReason = 'FIELD_INVALID',
  { value, names = [] }: FieldProblem = {},
): DomainError {
  const metadata = { field, ...(value !== undefined && { value: String(value) }) };
  return new DomainError(reason, `${field} ${problem}`, metadata, { names });
}

/** One error for all that is wrong with a request: the first, which tells of the others as well. */
export function allProblems(problems: readonly DomainError[]): DomainError {
  const [first, ...others] = problems.flatMap(({ violations }) => violations);
  if (first === undefined) throw new Error('there is no problem');
  if (others.length === 0) return first;
  const violations = [first, ...others];
  const message = violations.map((problem) => problem.message).join('; ');
  return new DomainError(first.reason, message, first.metadata, {
    cause: first.cause,
    names: violations.flatMap(({ names }) => names),
    violations,
  });
}
