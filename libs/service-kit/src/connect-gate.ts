import type { HandlerContext } from '@connectrpc/connect';
import { DomainError } from '@finance/domain';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { connectErrorFrom, rpcFailureFrom } from './error-mapping.ts';
import type { Admitted, Gate } from './identity/gate.ts';

/** The gate as connect runs it: after a request's headers and before its body. */
export function connectGate(gate: Gate): (context: HandlerContext) => void | Promise<void> {
  return (context) => {
    const arrival = context.values.get(arrivalKey);
    if (arrival === undefined) return undefined;
    try {
      const admitted = gate(context.method, arrival);
      if (admitted instanceof Promise) return awaited(admitted, arrival, context.signal);
      arrival.admitted = admitted;
      return undefined;
    } catch (error) {
      throw refusal(error, arrival);
    }
  };
}

async function awaited(admitted: Promise<Admitted>, arrival: Arrival, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<never>();
  const end = () =>
    ended.reject(new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed while its credential was checked"));
  signal.addEventListener('abort', end, { once: true });
  try {
    arrival.admitted = await Promise.race([admitted, ended.promise]);
  } catch (error) {
    // What is admitted after the caller has gone is let go.
    if (signal.aborted)
      admitted.then(
        ({ release }) => release(),
        () => undefined,
      );
    throw refusal(error, arrival);
  } finally {
    signal.removeEventListener('abort', end);
  }
  // The answer may have ended meanwhile, and with it the moment to release.
  if (signal.aborted) arrival.admitted.release();
}

function refusal(error: unknown, arrival: Arrival) {
  if (error instanceof DomainError) arrival.refusal = error;
  return connectErrorFrom(rpcFailureFrom(error, arrival.requestId));
}
