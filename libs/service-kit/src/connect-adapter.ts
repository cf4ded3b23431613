import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Code, ConnectError, createConnectRouter, createContextValues } from '@connectrpc/connect';
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { amendFaults } from './connect-faults.ts';
import { connectGate } from './connect-gate.ts';
import { connectRoutes } from './connect-routes.ts';
import type { Gate } from './identity/gate.ts';
import { timerMsMax } from './timer-ms-max.ts';
import { answerBytesMax } from './serving-options.ts';
import type { ServingOptions } from './serving-options.ts';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Serves a request by connect, unless its path is of no RPC: then it returns false. */
export function connectAdapter(
  options: ServingOptions,
  gate: Gate,
): (request: Request, response: Response, arrival: Arrival) => boolean {
  const amend = amendFaults(options);
  const admit = connectGate(gate, options.maxMessageBytes);
  const router = createConnectRouter({
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: options.maxMessageBytes,
    writeMaxBytes: answerBytesMax,
    requestGate: (context) => {
      amend(context);
      return admit(context);
    },
    // Longer ones overflow timers; shorter ones are cut to the server's own bound like on native gRPC.
    maxTimeoutMs: timerMsMax,
    binaryOptions: { readUnknownFields: false },
  });
  connectRoutes(options)(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response, arrival) => {
    const handler = handlers.get(request.url?.split('?', 1)[0] ?? '');
    if (handler === undefined) return false;
    noteWrites(response, arrival);
    const values = createContextValues().set(arrivalKey, arrival);
    const call = universalRequestFromNodeRequest(request, response, undefined, values);
    handler({ ...call, body: arrival.body })
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch((error: unknown) => {
        if (ConnectError.from(error).code === Code.Aborted) return;
        options.log.debug({ err: error, requestId: arrival.requestId }, 'answer not sent');
      });
    return true;
  };
}

/** Connect turns answers into bytes by itself; that they are written tells when it has, and how the caller reads. */
function noteWrites(response: Response, arrival: Arrival): void {
  const write: (bytes: Uint8Array, encoding: 'binary', done: (error?: Error | null) => void) => boolean =
    response.write.bind(response);
  response.write = ((bytes: Uint8Array, encoding: 'binary', done: (error?: Error | null) => void) => {
    const taken = arrival.wrote();
    return write(bytes, encoding, (error) => {
      taken();
      done(error);
    });
  }) as typeof response.write;
}
