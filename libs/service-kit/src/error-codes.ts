import { Code } from '@connectrpc/connect';
import type { ErrorReason } from '@finance/domain';

/** The gRPC code of each reason, as documented in finance/common/v1/error_reason.proto; Connect's codes are gRPC's. */
export const codeByReason: Readonly<Record<ErrorReason, Code>> = {
  PAGE_SIZE_INVALID: Code.InvalidArgument,
  SKIP_INVALID: Code.InvalidArgument,
  ORDER_BY_INVALID: Code.InvalidArgument,
  FILTER_INVALID: Code.InvalidArgument,
  SUM_TOO_LARGE: Code.OutOfRange,
  PAGE_TOKEN_INVALID: Code.InvalidArgument,
  PAGE_TOKEN_MISMATCH: Code.InvalidArgument,
  CONSISTENCY_TOKEN_INVALID: Code.InvalidArgument,
  CONSISTENCY_UNAVAILABLE: Code.Unavailable,
  FIELD_INVALID: Code.InvalidArgument,
  UPDATE_MASK_INVALID: Code.InvalidArgument,
  BATCH_TOO_LARGE: Code.InvalidArgument,
  STRATEGY_NOT_ALLOWED: Code.InvalidArgument,
  VIEWER_NOT_FOUND: Code.NotFound,
  USER_NOT_FOUND: Code.NotFound,
  USER_EXISTS: Code.AlreadyExists,
  FUND_NOT_FOUND: Code.NotFound,
  FUND_EXISTS: Code.AlreadyExists,
  FUND_ACCESS_DENIED: Code.PermissionDenied,
  ORDER_NOT_FOUND: Code.NotFound,
  CUSTOMER_NOT_FOUND: Code.NotFound,
  REFERENCE_NOT_FOUND: Code.FailedPrecondition,
  REFERENCE_MISMATCH: Code.FailedPrecondition,
  ORG_CYCLE: Code.FailedPrecondition,
  ORG_TOO_DEEP: Code.FailedPrecondition,
  ORG_VERSION_CONFLICT: Code.Aborted,
  ORG_OUT_OF_STEP: Code.FailedPrecondition,
  CONFLICT: Code.Aborted,
  OVERLOADED: Code.ResourceExhausted,
  DATABASE_UNAVAILABLE: Code.Unavailable,
  DATABASE_READ_ONLY: Code.Unavailable,
  DEPENDENCY_UNAVAILABLE: Code.Unavailable,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  CANCELLED: Code.Canceled,
  MESSAGE_TOO_LARGE: Code.ResourceExhausted,
  NOT_IMPLEMENTED: Code.Unimplemented,
  CREDENTIAL_INVALID: Code.Unauthenticated,
  CAPABILITY_MISSING: Code.PermissionDenied,
  ORIGIN_REFUSED: Code.PermissionDenied,
  WRITE_NOT_ALLOWED: Code.PermissionDenied,
  IDENTITY_UNAVAILABLE: Code.Unavailable,
  RATE_LIMITED: Code.ResourceExhausted,
  CHANGE_FEED_NOT_READY: Code.FailedPrecondition,
  POSITION_PURGED: Code.OutOfRange,
  HISTORY_CHANGED: Code.FailedPrecondition,
  RECORD_UNREADABLE: Code.FailedPrecondition,
  CONSUMER_TOO_SLOW: Code.ResourceExhausted,
  SERVER_SHUTTING_DOWN: Code.Unavailable,
  CONNECTION_EXPIRED: Code.Unavailable,
  INTERNAL: Code.Internal,
};

const camelBoundary = /(?<=[a-z])(?=[A-Z])/g;

/** A code as the gRPC specification spells it, for logs: `INVALID_ARGUMENT`, `CANCELLED`. */
export function codeName(code: Code): string {
  return code === Code.Canceled ? 'CANCELLED' : Code[code].replaceAll(camelBoundary, '_').toUpperCase();
}
