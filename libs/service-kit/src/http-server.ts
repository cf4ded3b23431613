import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { arrivalKey } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { amendFaults } from './connect-faults.ts';
import { connectRoutes } from './connect-routes.ts';
import { answerBytesMax } from './serving-options.ts';
import type { Listener, ServingOptions } from './serving-options.ts';
import { createHttpServers } from './http-protocols.ts';
import { jsonAnswer } from './plain-routes.ts';
import type { PlainAnswer, PlainRoutes } from './plain-routes.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';
import { timerMsMax } from './server-call.ts';
import { listenProblem } from './startup-error.ts';

type Request = IncomingMessage | Http2ServerRequest;
/** The part of a response that pages need, alike in both protocols and in connect-node's type for them. */
interface PageResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Serves Connect, gRPC-Web and JSON over HTTP/1.1, the same and gRPC over HTTP/2 without TLS, and plain pages.
 * Throws a StartupError when the address cannot be had.
 */
export async function listenHttp(
  options: ServingOptions,
  routes: PlainRoutes,
  host: string,
  port: number,
): Promise<Listener> {
  const arrivals = new WeakMap<object, Arrival>();
  const serveRpc = connectNodeAdapter({
    routes: connectRoutes(options),
    readMaxBytes: options.maxMessageBytes,
    writeMaxBytes: answerBytesMax,
    requestGate: amendFaults(options.log),
    // Longer ones overflow timers; shorter ones are cut to the server's own bound like on native gRPC.
    maxTimeoutMs: timerMsMax,
    // A misspelt filter must not widen an answer.
    jsonOptions: { ignoreUnknownFields: false },
    binaryOptions: { readUnknownFields: false },
    contextValues: (request) => createContextValues().set(arrivalKey, arrivals.get(request)),
    fallback: (request, response) => void servePage(request, response, routes, options),
  });
  const servers = createHttpServers((request, response) => {
    const arrival = arrivalOf(request);
    arrivals.set(request, arrival);
    response.setHeader(requestIdHeader, arrival.requestId);
    response.once('close', () => logRefusal(request, response, arrival, options));
    try {
      serveRpc(request, response);
    } catch (error) {
      // A Host header that is no host, for example, throws before any handler exists.
      options.log.debug({ err: error, requestId: arrival.requestId }, 'request refused');
      send(response, jsonAnswer(400, { code: 'invalid_argument', message: 'malformed HTTP request' }), true);
    }
  });
  const { listener } = servers;
  listener.listen({ host, port });
  try {
    await once(listener, 'listening');
  } catch (error) {
    throw error instanceof Error ? listenProblem(error, host, port, 'HTTP_PORT') : error;
  }
  const address = listener.address();
  return { port: typeof address === 'object' && address !== null ? address.port : port, close: servers.close };
}

function arrivalOf(request: Request): Arrival {
  const { remoteAddress = 'unknown', remotePort = 0 } = request.socket;
  return {
    requestId: requestIdFrom(request.headers[requestIdHeader]),
    callerAddress: `${remoteAddress}:${remotePort}`,
    reachedHandler: false,
    refusal: undefined,
  };
}

/** Calls that the framework refused (size, syntax, unknown RPC) get their log line here, all others in ServerCall. */
function logRefusal(request: Request, response: PageResponse, arrival: Arrival, { log }: ServingOptions): void {
  if (arrival.reachedHandler || request.method === 'GET' || request.method === 'HEAD') return;
  const { requestId, callerAddress } = arrival;
  // A path is the caller's text: bounded, and escaped by JSON.
  const rpc = request.url?.slice(1, 200);
  // Not the message, which quotes the request.
  const why = { httpStatus: response.statusCode, reason: arrival.refusal?.reason };
  log.info({ rpc, ...why, requestId, transport: 'http', callerAddress }, 'call refused');
}

async function servePage(
  request: Request,
  response: PageResponse,
  routes: PlainRoutes,
  { log }: ServingOptions,
): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const withBody = request.method !== 'HEAD';
  if (route === undefined || (withBody && request.method !== 'GET')) {
    const message = 'no such RPC or page: POST /package.Service/Method';
    send(response, jsonAnswer(404, { code: 'unimplemented', message }), withBody);
    return;
  }
  try {
    send(response, await route(), withBody);
  } catch (error) {
    log.error({ err: error, path }, 'page failed');
    send(response, jsonAnswer(500, { code: 'internal', message: 'internal error' }), withBody);
  }
}

function send(response: PageResponse, answer: PlainAnswer, withBody: boolean): void {
  response.setHeader('content-type', answer.contentType);
  response.setHeader('cache-control', 'no-store');
  response.statusCode = answer.status;
  response.end(withBody ? answer.body : '');
}
