import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { DomainError } from '@finance/domain';
import type { ErrorReason } from '@finance/domain';
import { codeByReason } from './error-codes.ts';

/**
 * The DomainError that another service of ours answered with, as a client received it; undefined for what is not an
 * error of ours. Transport faults without details become DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED or CANCELLED.
 */
export function domainErrorFromConnect(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof ConnectError)) return undefined;
  // A client whose signal was aborted rejects with the signal's reason as cause.
  if (error.cause instanceof DomainError) return error.cause;
  const info = error.findDetails(ErrorInfoSchema).find((found) => found.domain === 'finance');
  if (info !== undefined && isReason(info.reason)) {
    // What the other service says of this one's credential is no word to a caller about its own.
    if (aboutCredentials.has(info.reason)) {
      return new DomainError('INTERNAL', 'this service may not call the one behind it', {}, { cause: error });
    }
    if (info.reason === 'RATE_LIMITED') {
      return new DomainError('OVERLOADED', 'too much is waiting: wait, then retry', {}, { cause: error });
    }
    return new DomainError(info.reason, error.rawMessage, info.metadata, { cause: error });
  }
  switch (error.code) {
    case Code.Unavailable:
      return dependencyUnavailable(error);
    case Code.DeadlineExceeded:
      return new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed", {}, { cause: error });
    case Code.Canceled:
      return new DomainError('CANCELLED', 'the call was cancelled', {}, { cause: error });
    default:
      return undefined;
  }
}

/**
 * Awaits a client call; an error of ours is rethrown as the DomainError it was at the other service. Any other answer
 * is no answer of a service of ours: DEPENDENCY_UNAVAILABLE.
 */
export async function withDomainErrors<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw domainErrorFromConnect(error) ?? (error instanceof ConnectError ? dependencyUnavailable(error) : error);
  }
}

function dependencyUnavailable(cause: ConnectError): DomainError {
  const message = 'a service behind this one does not answer; retry';
  return new DomainError('DEPENDENCY_UNAVAILABLE', message, {}, { cause });
}

const aboutCredentials: ReadonlySet<ErrorReason> = new Set(['CREDENTIAL_INVALID', 'CAPABILITY_MISSING']);

function isReason(reason: string): reason is ErrorReason {
  return Object.hasOwn(codeByReason, reason);
}
