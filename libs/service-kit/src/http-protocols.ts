import http from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { headerBytesMax } from './serving-options.ts';

/** Answers a request of either protocol. */
export type RequestListener = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
) => void;

const minuteMs = 60_000;

/** Ten seconds for headers stop callers that trickle them; nobody honest needs longer. */
const headersTimeoutMs = 10_000;

const http1Limits: http.ServerOptions = {
  headersTimeout: headersTimeoutMs,
  // The whole request, body included: at most 1 MiB by default.
  requestTimeout: 30_000,
  // Longer than the idle time of common proxies, so that they and not we close first.
  keepAliveTimeout: 65_000,
  maxHeaderSize: headerBytesMax,
  // How often the limits above are enforced.
  connectionsCheckingInterval: 5_000,
};

/** Above anything a client library sends; node's default is 2,000. */
const headersCountMax = 100;

/** A connection without a byte in either direction for this long is closed; unary calls are over long before. */
const silenceMs = 2 * minuteMs;

const http2Limits: http2.ServerOptions = {
  settings: { enablePush: false, maxConcurrentStreams: 100, maxHeaderListSize: headerBytesMax },
  // MiB of buffers a connection may hold.
  maxSessionMemory: 64,
  // Pings of ours that wait for an answer.
  maxOutstandingPings: 10,
};

/** What every HTTP/2 connection without TLS begins with; no HTTP/1 request does. */
const http2Preface = Buffer.from('PRI * HTTP/2.0');

/** HTTP/1.1 and HTTP/2 without TLS on one port; the former's server owns the port. */
export interface HttpServers {
  readonly listener: http.Server;
  /** Stops accepting and resolves when every connection has ended, at the latest after the grace. */
  close(graceMs: number): Promise<void>;
}

/** Tells the two protocols apart by the first bytes of a connection. */
export function createHttpServers(serve: RequestListener): HttpServers {
  const http1 = http.createServer(http1Limits, serve);
  http1.maxHeadersCount = headersCountMax;
  http1.setTimeout(silenceMs);
  const sessions = new Set<http2.ServerHttp2Session>();
  const h2c = http2.createServer(http2Limits, serve);
  h2c.on('session', (session) => {
    sessions.add(session);
    session.setTimeout(silenceMs, () => session.close());
    session.once('close', () => sessions.delete(session));
  });
  // A broken connection ends its own calls; there is nobody to tell.
  h2c.on('sessionError', () => undefined);
  const silent = routeByPreface(http1, (socket) => h2c.emit('connection', socket));
  return { listener: http1, close: (graceMs) => close(http1, sessions, silent, graceMs) };
}

/** Returns the connections that have not shown their protocol yet, which neither server knows of. */
function routeByPreface(http1: http.Server, serveHttp2: (socket: Socket) => void): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  const serveHttp1 = http1.listeners('connection');
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    silent.add(socket);
    const forget = () => silent.delete(socket);
    socket.once('close', forget);
    const drop = () => socket.destroy();
    socket.setTimeout(headersTimeoutMs, drop);
    socket.on('error', drop);
    socket.on('end', drop);
    let begin = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      begin = Buffer.concat([begin, chunk]);
      const compared = Math.min(begin.length, http2Preface.length);
      const maybeHttp2 = begin.subarray(0, compared).equals(http2Preface.subarray(0, compared));
      if (maybeHttp2 && begin.length < http2Preface.length) return;
      socket.pause();
      forget();
      socket.off('close', forget);
      socket.off('data', look);
      socket.off('error', drop);
      socket.off('end', drop);
      socket.setTimeout(0);
      socket.off('timeout', drop);
      socket.unshift(begin);
      // An HTTP/2 session takes what was put back by itself; an HTTP/1 parser waits for the socket to flow.
      if (maybeHttp2) {
        serveHttp2(socket);
        return;
      }
      for (const listener of serveHttp1) listener.call(http1, socket);
      socket.resume();
    };
    socket.on('data', look);
  });
  return silent;
}

/** How often connections that have become idle are closed during a shutdown. */
const idleCheckMs = 20;

function close(
  http1: http.Server,
  sessions: ReadonlySet<http2.ServerHttp2Session>,
  silent: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const idleCheck = setInterval(() => http1.closeIdleConnections(), idleCheckMs);
    const grace = setTimeout(() => {
      http1.closeAllConnections();
      for (const session of sessions) session.destroy();
    }, graceMs);
    http1.close(() => {
      clearInterval(idleCheck);
      clearTimeout(grace);
      resolve();
    });
    for (const session of sessions) session.close();
    for (const socket of silent) socket.destroy();
  });
}
