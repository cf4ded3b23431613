import type { DescMethod } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { HandlerContext } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { DomainError } from '@finance/domain';
import type { Logger } from 'pino';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { connectErrorFrom, rpcFailureFrom } from './error-mapping.ts';
import type { RpcFailure } from './error-mapping.ts';
import { requestBoundsOf } from './limits/request-bounds.ts';
import { messageTooLarge } from './message-too-large.ts';
import type { ServingOptions } from './serving-options.ts';

/**
 * A connect request gate that gives the framework's own faults our reasons and details. Connect aborts the call's
 * signal with the error it is about to send, so that the error can still be amended: it would answer INTERNAL to
 * malformed protobuf, and the words of its encoders to a caller.
 */
export function amendFaults({ log, maxMessageBytes }: ServingOptions): (context: HandlerContext) => void {
  return (context) => {
    const arrival = context.values.get(arrivalKey);
    if (arrival === undefined) return;
    const { signal, method } = context;
    const refusal = (error: ConnectError) => refusalOf(error, method, maxMessageBytes);
    signal.addEventListener('abort', () => amend(signal.reason, arrival, refusal, log), { once: true });
  };
}

/** The stream's messages; one that cannot be read is the caller's fault and not ours. */
export async function* readable<T>(
  messages: AsyncIterable<T>,
  method: DescMethod,
  maxMessageBytes: number,
): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof ConnectError ? (refusalOf(error, method, maxMessageBytes) ?? error) : error;
  }
}

function amend(
  error: unknown,
  arrival: Arrival,
  refusal: (error: ConnectError) => DomainError | undefined,
  log: Logger,
): void {
  if (!(error instanceof ConnectError) || error.findDetails(ErrorInfoSchema).length > 0) return;
  if (!arrival.reachedHandler) {
    arrival.refusal = refusal(error);
    if (arrival.refusal !== undefined) replace(error, rpcFailureFrom(arrival.refusal, arrival.requestId));
  } else if (error.code === Code.Internal) {
    log.error({ err: error, requestId: arrival.requestId }, 'answer not encodable');
    replace(error, rpcFailureFrom(undefined, arrival.requestId));
  }
}

/** Undefined for what needs no better words, such as an unknown compression. */
function refusalOf(error: ConnectError, method: DescMethod, maxMessageBytes: number): DomainError | undefined {
  if (error.cause instanceof DomainError) return error.cause;
  switch (error.code) {
    case Code.Internal:
      return new DomainError(
        'FIELD_INVALID',
        `the request bytes are not a ${method.input.typeName}: check the version of the contract`,
      );
    case Code.InvalidArgument:
      return new DomainError('FIELD_INVALID', error.rawMessage);
    case Code.ResourceExhausted:
      return messageTooLarge(requestBoundsOf(method, maxMessageBytes));
    default:
      return undefined;
  }
}

function replace(error: ConnectError, failure: RpcFailure): void {
  const { code, message, rawMessage, details } = connectErrorFrom(failure);
  Object.assign(error, { code, message, rawMessage, details });
}
