import type { MessageInitShape, DescMessage } from '@bufbuild/protobuf';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { readable } from './connect-faults.ts';
import type { DefinedService, ServedMethod } from './define-service.ts';
import { connectErrorFrom, type Spelling } from './error-mapping.ts';
import { allPowerfulCaller } from './identity/caller.ts';
import type { Caller } from './identity/caller.ts';
import { requestBoundsOf } from './limits/request-bounds.ts';
import { strictDecoder } from './json/strict-json.ts';
import { strategyOf } from './metrics/rpc-metrics.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';
import { ServerCall } from './server-call.ts';
import type { ServingOptions } from './serving-options.ts';
import { traceParentHeader } from './tracing.ts';

/** Adds every service to a connect router, with the same deadlines, errors and log as on native gRPC. */
export function connectRoutes(options: ServingOptions): (router: ConnectRouter) => void {
  return (router) => {
    for (const service of options.services) addService(router, service, options);
  };
}

function addService(router: ConnectRouter, service: DefinedService, options: ServingOptions): void {
  for (const method of service.methods) {
    const { bytesMax, mayBeCompressed } = requestBoundsOf(method.desc, options.maxMessageBytes);
    const jsonOptions = {
      textDecoder: strictDecoder(method.desc.input),
      // A misspelt filter must not widen an answer.
      ignoreUnknownFields: false,
      // A reader of JSON finds `"allowed":false`, a total of 0 and an empty list where the contract names them.
      alwaysEmitImplicit: true,
    };
    const routeOptions = { jsonOptions, readMaxBytes: bytesMax, ...(!mayBeCompressed && { acceptCompression: [] }) };
    switch (method.kind) {
      case 'unary':
        router.rpc(
          method.desc,
          (request, context) => {
            const call = startCall(method, context, options);
            return answer(call, context, method, async () => {
              const turn = call.turn();
              if (turn) await turn;
              return call.measured(() => method.handle(request, call));
            });
          },
          routeOptions,
        );
        break;
      case 'server_streaming':
        router.rpc(
          method.desc,
          (request, context) => {
            const call = startCall(method, context, options);
            return answers(call, context, () => method.handle(request, call));
          },
          routeOptions,
        );
        break;
      case 'bidi_streaming':
        router.rpc(
          method.desc,
          (requests, context) => {
            const call = startCall(method, context, options);
            const messages = readable(requests, method.desc, options.maxMessageBytes);
            return answers(call, context, () => method.handle(messages, call));
          },
          routeOptions,
        );
        break;
    }
  }
}

type Answer = MessageInitShape<DescMessage>;

async function answer(
  call: ServerCall,
  context: HandlerContext,
  method: ServedMethod,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const message = await call.race(call.traced(work));
    call.succeed(strategyOf(method.desc, message));
    context.values.get(arrivalKey)?.answered(call);
    return message;
  } catch (error) {
    throw connectErrorFrom(call.fail(error, spellingOf(context)));
  }
}

async function* answers(
  call: ServerCall,
  context: HandlerContext,
  work: () => AsyncIterable<Answer>,
): AsyncGenerator<Answer> {
  const arrival = context.values.get(arrivalKey);
  arrival?.stream(call);
  try {
    for await (const item of call.items(work())) {
      arrival?.answered(call);
      yield item;
    }
    call.succeed();
  } catch (error) {
    throw connectErrorFrom(call.fail(error, spellingOf(context)));
  } finally {
    // Reached with the call still open only when the transport stopped reading.
    call.leave();
  }
}

/** JSON in any of the protocols: `application/json`, `application/connect+json`. */
const spellingOf = ({ requestHeader }: HandlerContext): Spelling =>
  /[/+]json\b/.test(requestHeader.get('content-type') ?? '') ? 'json' : 'proto';

function startCall(method: ServedMethod, context: HandlerContext, options: ServingOptions): ServerCall {
  const arrival = context.values.get(arrivalKey);
  if (arrival !== undefined) arrival.reachedHandler = true;
  const timeoutMs = context.timeoutMs();
  const call = new ServerCall(
    {
      method: method.desc,
      connection: arrival?.connection,
      transport: arrival === undefined ? 'in-process' : context.protocolName,
      requestId: arrival?.requestId ?? requestIdFrom(context.requestHeader.get(requestIdHeader)),
      caller: arrival === undefined ? thisProcess : admittedCaller(arrival),
      callerAddress: arrival?.callerAddress ?? 'in-process',
      clientDeadlineMs: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
      traceParent: options.tracing && (context.requestHeader.get(traceParentHeader) ?? undefined),
    },
    options,
  );
  // Aborts after every call; only for one that has not ended does it mean anything.
  context.signal.addEventListener('abort', () => call.cancel(), { once: true });
  if (context.signal.aborted) call.cancel();
  return call;
}

/** A call inside the process is made by a handler that was itself called through a gate. */
const thisProcess = allPowerfulCaller('in-process');

function admittedCaller({ caller }: Arrival): Caller {
  if (caller === undefined) throw new Error('a call came past the gate');
  return caller;
}
