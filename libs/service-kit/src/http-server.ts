import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { amendFaults } from './connect-faults.ts';
import { connectGate } from './connect-gate.ts';
import { connectRoutes } from './connect-routes.ts';
import { answerBytesMax, unreadStreamMs } from './serving-options.ts';
import type { Listener, ListenerOptions, ServingOptions } from './serving-options.ts';
import { createHttpServers } from './http-protocols.ts';
import type { RequestListener } from './http-protocols.ts';
import { createBurstDeferral } from './limits/defer-bursts.ts';
import { createStreamWatch } from './limits/stream-watch.ts';
import { peerAddress } from './identity/authenticator.ts';
import type { StreamWatch } from './limits/stream-watch.ts';
import { listenOn } from './listen-on.ts';
import { jsonAnswer } from './plain-routes.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';
import { sendPage, servePage, type PageResponse, type Pages } from './serve-page.ts';
import { timerMsMax } from './server-call.ts';

type Request = IncomingMessage | Http2ServerRequest;

/**
 * Serves Connect, gRPC-Web and JSON over HTTP/1.1, the same and gRPC over HTTP/2 without TLS, and plain pages.
 * Throws a StartupError when the address cannot be had.
 */
export async function listenHttp(
  options: ServingOptions,
  pages: Pages,
  { host, port, gate, admitToPages, tls, connectionsMax }: ListenerOptions,
): Promise<Listener> {
  const arrivals = new WeakMap<object, Arrival>();
  const watch = createStreamWatch(options.requestTimeoutMs + unreadStreamMs);
  const amend = amendFaults(options);
  const admit = connectGate(gate);
  const serveRpc = connectNodeAdapter({
    routes: connectRoutes(options),
    readMaxBytes: options.maxMessageBytes,
    writeMaxBytes: answerBytesMax,
    requestGate: (context) => {
      amend(context);
      return admit(context);
    },
    // Longer ones overflow timers; shorter ones are cut to the server's own bound like on native gRPC.
    maxTimeoutMs: timerMsMax,
    binaryOptions: { readUnknownFields: false },
    contextValues: (request) => createContextValues().set(arrivalKey, arrivals.get(request)),
    fallback: (request, response) => void servePage(request, response, pages, admitToPages, options.log),
  });
  const serve: RequestListener = (request, response) => {
    const arrival = arrivalOf(request, watch);
    arrivals.set(request, arrival);
    response.setHeader(requestIdHeader, arrival.requestId);
    response.once('close', () => {
      arrival.admitted?.release();
      arrival.mayLast();
      logRefusal(request, response, arrival, options);
    });
    try {
      serveRpc(request, response);
    } catch (error) {
      // A Host header that is no host, for example, throws before any handler exists.
      options.log.debug({ err: error, requestId: arrival.requestId }, 'request refused');
      sendPage(response, jsonAnswer(400, { code: 'invalid_argument', message: 'malformed HTTP request' }), true);
    }
  };
  const defer = createBurstDeferral();
  const servers = createHttpServers(
    (request, response) => {
      if ('stream' in request) defer(request.stream, () => serve(request, response));
      else serve(request, response);
    },
    tls,
    connectionsMax,
  );
  const { listener } = servers;
  listener.on('tlsClientError', (error: Error) => options.log.debug({ err: error }, 'TLS handshake failed'));
  const boundPort = await listenOn(listener, { host, port }, 'HTTP_PORT');
  return { port: boundPort, close: (graceMs) => servers.close(graceMs).finally(() => watch.close()) };
}

function arrivalOf(request: Request, watch: StreamWatch): Arrival {
  const stream = 'stream' in request ? request.stream : undefined;
  // HTTP/1.1 has a time limit for requests of its own.
  const mayLast = stream === undefined ? () => undefined : watch.begin(stream);
  return {
    requestId: requestIdFrom(request.headers[requestIdHeader]),
    callerAddress: peerAddress(request.socket),
    headers: request.headers,
    socket: request.socket,
    reachedHandler: false,
    admitted: undefined,
    mayLast,
    refusal: undefined,
  };
}

/** Calls that the framework refused (size, syntax, unknown RPC) get their log line here, all others in ServerCall. */
function logRefusal(
  request: Request,
  response: PageResponse,
  arrival: Arrival,
  { log, rpcMetrics }: ServingOptions,
): void {
  if (arrival.reachedHandler || request.method === 'GET' || request.method === 'HEAD') return;
  rpcMetrics?.refused(arrival.refusal?.reason ?? '');
  const { requestId, callerAddress } = arrival;
  // A path is the caller's text: bounded, and escaped by JSON.
  const rpc = request.url?.slice(1, 200);
  // Not the message, which quotes the request.
  const why = { httpStatus: response.statusCode, reason: arrival.refusal?.reason };
  log.info({ rpc, ...why, requestId, transport: 'http', callerAddress }, 'call refused');
}
