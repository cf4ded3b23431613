import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Followed } from './identity/followed-files.ts';
import { followingTls, type ServerTls } from './identity/server-tls.ts';
import { createFloodDelay } from './limits/flood-delay.ts';
import { connectionExpired, farewellMs } from './limits/connection-ends.ts';
import type { ConnectionEnds } from './limits/connection-ends.ts';
import { handshakeTimeoutMs, limitHandshake } from './limits/handshake-limit.ts';
import type { OpenCalls } from './limits/open-calls.ts';
import { requestMsMax } from './limits/unfinished-requests.ts';
import { routeByPreface } from './preface-router.ts';
import { headerBytesMax } from './serving-options.ts';

/** Answers a request of either protocol. */
export type RequestListener = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
) => void;

const minuteMs = 60_000;

const http1Limits: http.ServerOptions = {
  // Stops callers that trickle them.
  headersTimeout: requestMsMax,
  // The whole request, body included.
  requestTimeout: requestMsMax,
  // Longer than the idle time of common proxies, so that they and not we close first.
  keepAliveTimeout: 65_000,
  maxHeaderSize: headerBytesMax,
  // How often the limits above are enforced.
  connectionsCheckingInterval: 1_000,
};

/** Above anything a client library sends; node's default is 2,000. */
const headersCountMax = 100;

/** A connection without a byte in either direction for this long ends; unary calls are over long before. */
const silenceMs = 2 * minuteMs;
/** What was sent before its sender could know that the listener closes comes within. */
const lateMs = 250;

const http2Limits: http2.ServerOptions = {
  settings: { enablePush: false, maxConcurrentStreams: 100, maxHeaderListSize: headerBytesMax },
  // MiB of buffers a connection may hold.
  maxSessionMemory: 64,
  // Streams that a caller takes back: as many as it may have open twice over, then this many a second.
  streamResetBurst: 200,
  streamResetRate: 33,
  // Pings of ours that wait for an answer.
  maxOutstandingPings: 10,
};

/** HTTP/1.1 and HTTP/2 on one port; the former's server owns the port. */
export interface HttpServers {
  readonly listener: http.Server;
  /** Stops accepting and resolves when every connection has ended, at the latest after the grace. */
  close(graceMs: number): Promise<void>;
}

/** What a pair of servers takes on. */
export interface HttpServersOptions {
  readonly tls: Followed<ServerTls> | undefined;
  readonly connectionsMax: number;
  readonly ends: ConnectionEnds;
  readonly openCalls: OpenCalls;
}

/** Tells the two protocols apart by the first bytes of a connection. */
export function createHttpServers(
  serve: RequestListener,
  { tls, connectionsMax, ends, openCalls }: HttpServersOptions,
): HttpServers {
  const http1 =
    tls === undefined
      ? http.createServer(http1Limits, serve)
      : followingTls(
          https.createServer({ ...tls.current.options, ...http1Limits, ALPNProtocols: ['h2', 'http/1.1'] }, serve),
          tls,
        );
  http1.maxConnections = connectionsMax;
  http1.maxHeadersCount = headersCountMax;
  http1.setTimeout(silenceMs, (socket: Socket) => {
    if (!openCalls.hasOn(socket)) return socket.destroy();
    openCalls.abort(connectionExpired('was silent for too long'), socket);
    return setTimeout(() => socket.destroy(), farewellMs).unref();
  });
  const h2 = http2.createServer(http2Limits, serve);
  limitHandshake(h2);
  const floodDelay = createFloodDelay();
  floodDelay.watch(h2);
  ends.watch(h2);
  h2.on('session', (session) => endSilent(session, openCalls, ends));
  // A broken connection ends its own calls; there is nobody to tell.
  h2.on('sessionError', () => undefined);
  const serveHttp2 = (socket: Socket) =>
    floodDelay.serve(socket, () => ends.arrive(socket, () => h2.emit('connection', socket)));
  const arrival = tls === undefined ? 'connection' : 'secureConnection';
  const undecided = routeByPreface(http1, arrival, serveHttp2, handshakeTimeoutMs);
  const sockets = new Set<Socket>();
  // After the router, which takes the listeners of before as those of HTTP/1.
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const startClosing = () => {
    ends.endAll();
    setTimeout(() => undecided.forEach((socket) => socket.destroy()), lateMs);
  };
  return { listener: http1, close: (graceMs) => close(http1, startClosing, sockets, graceMs) };
}

/** A watch may have nothing to tell for hours: its peer is asked whether it is there. */
function endSilent(session: http2.ServerHttp2Session, openCalls: OpenCalls, ends: ConnectionEnds): void {
  let hasAnswered = true;
  session.setTimeout(silenceMs, () => {
    if (!openCalls.hasOn(session)) return ends.end(session);
    if (!hasAnswered) return session.destroy();
    hasAnswered = false;
    session.ping(() => (hasAnswered = true));
  });
}

/** How often connections that have become idle are closed during a shutdown. */
const idleCheckMs = 20;

function close(
  http1: http.Server,
  startClosing: () => void,
  sockets: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const idleCheck = setInterval(() => http1.closeIdleConnections(), idleCheckMs);
    // The sockets themselves: a session would wait for its peer to close as well.
    const grace = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
    http1.close(() => {
      clearInterval(idleCheck);
      clearTimeout(grace);
      resolve();
    });
    startClosing();
  });
}
