import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { constants } from 'node:http2';
import type { Http2Stream } from 'node:http2';
import { Arrival } from './arrival.ts';
import { connectAdapter } from './connect-adapter.ts';
import { unreadStreamMs } from './serving-options.ts';
import type { Listener, ListenerOptions, ServingOptions } from './serving-options.ts';
import { createHttpServers } from './http-protocols.ts';
import type { RequestListener } from './http-protocols.ts';
import { createBurstDeferral } from './limits/defer-bursts.ts';
import { createConnectionEnds } from './limits/connection-ends.ts';
import { readRest } from './limits/rest-of-request.ts';
import { createStreamWatch } from './limits/stream-watch.ts';
import { listenOn } from './listen-on.ts';
import { jsonAnswer } from './plain-routes.ts';
import { requestIdHeader } from './request-id.ts';
import { sendPage, servePage, type PageResponse, type Pages } from './serve-page.ts';

type Request = IncomingMessage | Http2ServerRequest;

/**
 * Serves Connect, gRPC-Web and JSON over HTTP/1.1, the same and gRPC over HTTP/2 without TLS, and plain pages.
 * Throws a StartupError when the address cannot be had.
 */
export async function listenHttp(
  options: ServingOptions,
  pages: Pages,
  { host, port, gate, unfinished, admitToPages, tls, connectionsMax, connectionAgeMs, leaving }: ListenerOptions,
): Promise<Listener> {
  const { openCalls } = options;
  const ends = createConnectionEnds(connectionAgeMs, openCalls);
  const watch = createStreamWatch<Http2Stream>(options.requestTimeoutMs + unreadStreamMs, endStream);
  const serveRpc = connectAdapter(options, gate);
  const serve: RequestListener = (request, response) => {
    // As those of strangers, most of whom are: who was admitted is timed from then.
    readRest(request, response, (stream) => unfinished.begin(stream, true));
    const arrival = new Arrival(request, {
      // HTTP/1.1 has a time limit for silence of its own.
      call: () => ('stream' in request ? watch.begin(request.stream) : nothing),
      request: (isOpen) => unfinished.begin('stream' in request ? request.stream : request.socket, isOpen),
    });
    response.setHeader(requestIdHeader, arrival.requestId);
    // Proxies keep connections of HTTP/1.1 for later calls, which would meet a closed one.
    if (leaving.aborted && !('stream' in request)) response.setHeader('connection', 'close');
    response.once('close', () => {
      arrival.end();
      logRefusal(request, response, arrival, options);
    });
    try {
      if (!serveRpc(request, response, arrival)) void servePage(request, response, pages, admitToPages, options.log);
    } catch (error) {
      // A Host header that is no host, for example, throws before any handler exists.
      options.log.debug({ err: error, requestId: arrival.requestId }, 'request refused');
      sendPage(response, jsonAnswer(400, { code: 'invalid_argument', message: 'malformed HTTP request' }), true);
    }
  };
  const defer = createBurstDeferral();
  const servers = createHttpServers(
    (request, response) => {
      if ('stream' in request) ends.serve(request.stream, () => defer(request.stream, () => serve(request, response)));
      else serve(request, response);
    },
    { tls, connectionsMax, openCalls, ends },
  );
  const { listener } = servers;
  listener.on('tlsClientError', (error: Error) => options.log.debug({ err: error }, 'TLS handshake failed'));
  const boundPort = await listenOn(listener, { host, port }, 'HTTP_PORT');
  return { port: boundPort, close: (graceMs) => servers.close(graceMs).finally(() => watch.close()) };
}

const nothing = () => undefined;
const endStream = (stream: Http2Stream): void => stream.close(constants.NGHTTP2_CANCEL);

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
  // A path is the caller's text: bounded, and escaped by JSON. What follows it may be a credential put into the address.
  const rpc = request.url?.slice(1, 200).split('?', 1)[0];
  // Not the message, which quotes the request.
  const why = { httpStatus: response.statusCode, reason: arrival.refusal?.reason };
  log.info({ rpc, ...why, requestId, transport: 'http', callerAddress }, 'call refused');
}
