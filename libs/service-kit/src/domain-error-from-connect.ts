import { Code, ConnectError } from '@connectrpc/connect';
import { DomainError } from '@finance/domain';

/** The DomainError that connect wrapped or stands for; undefined for what is not an error of ours. */
export function domainErrorFromConnect(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof ConnectError)) return undefined;
  // What a signal was aborted with.
  if (error.cause instanceof DomainError) return error.cause;
  switch (error.code) {
    case Code.DeadlineExceeded:
      return new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed", {}, { cause: error });
    case Code.Canceled:
      return new DomainError('CANCELLED', 'the call was cancelled', {}, { cause: error });
    default:
      return undefined;
  }
}
