import type { HandlerContext } from '@connectrpc/connect';
import { DomainError } from '@finance/domain';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { connectErrorFrom, rpcFailureFrom } from './error-mapping.ts';
import { isInfrastructure } from './infrastructure-rpcs.ts';
import type { Admitted, Gate } from './identity/gate.ts';
import { checkRequest } from './request-check.ts';

/**
 * The gate as connect runs it: after a request's headers and before its body is decoded. Who may not call is refused by
 * the headers; the others' calls take their place when all of the request is there, and with the first message of many.
 */
export function connectGate(gate: Gate, maxMessageBytes: number): (context: HandlerContext) => void | Promise<void> {
  return (context) => {
    const arrival = context.values.get(arrivalKey);
    return arrival && passGate(gate, context, arrival, maxMessageBytes);
  };
}

async function passGate(gate: Gate, context: HandlerContext, arrival: Arrival, maxMessageBytes: number): Promise<void> {
  try {
    const admitted = gate(context.method, arrival);
    const { caller, enter } = admitted instanceof Promise ? await unlessLate(admitted, context.signal) : admitted;
    arrival.admit(caller, isInfrastructure(context.method));
    if (context.method.methodKind === 'bidi_streaming') await arrival.body.begins(context.signal);
    else await checkRequest(context, arrival.body, maxMessageBytes);
    arrival.enter(enter, context.method.methodKind === 'unary');
  } catch (error) {
    arrival.body.discard();
    if (error instanceof DomainError) arrival.refusal = error;
    throw connectErrorFrom(rpcFailureFrom(error, arrival.requestId));
  }
}

async function unlessLate(admitted: Promise<Admitted>, signal: AbortSignal): Promise<Admitted> {
  const ended = Promise.withResolvers<never>();
  const end = () =>
    ended.reject(new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed while its credential was checked"));
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([admitted, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
