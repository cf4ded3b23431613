import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** What every HTTP/2 connection without TLS begins with; no HTTP/1 request does. */
const http2Preface = Buffer.from('PRI * HTTP/2.0');

/**
 * Gives each new connection of `http1`, after its TLS handshake for `secureConnection`, that begins as HTTP/2 to `serveHttp2` and leaves the others to `http1`. One
 * that does not show its protocol within `timeoutMs` is closed. Returns the connections that have not shown it yet.
 */
export function routeByPreface(
  http1: Server,
  arrival: 'connection' | 'secureConnection',
  serveHttp2: (socket: Socket) => void,
  timeoutMs: number,
): ReadonlySet<Socket> {
  const undecided = new Set<Socket>();
  const serveHttp1 = http1.listeners(arrival);
  http1.removeAllListeners(arrival);
  http1.on(arrival, (socket: Socket) => {
    undecided.add(socket);
    let begin = Buffer.alloc(0);
    const drop = () => {
      undecided.delete(socket);
      socket.destroy();
    };
    const look = (chunk: Buffer) => {
      begin = Buffer.concat([begin, chunk]);
      const compared = Math.min(begin.length, http2Preface.length);
      const maybeHttp2 = begin.subarray(0, compared).equals(http2Preface.subarray(0, compared));
      if (maybeHttp2 && begin.length < http2Preface.length) return;
      undecided.delete(socket);
      socket.pause();
      socket.off('data', look).off('timeout', drop);
      for (const event of endings) socket.off(event, drop);
      socket.setTimeout(0);
      socket.unshift(begin);
      // An HTTP/2 session takes what was put back by itself; an HTTP/1 parser waits for the socket to flow.
      if (maybeHttp2) {
        // An HTTP/1 server lets callers close their side first; an HTTP/2 session would never learn that they are gone.
        socket.allowHalfOpen = false;
        serveHttp2(socket);
        return;
      }
      for (const listener of serveHttp1) listener.call(http1, socket);
      socket.resume();
    };
    socket.setTimeout(timeoutMs, drop);
    for (const event of endings) socket.on(event, drop);
    socket.on('data', look);
  });
  return undecided;
}

const endings = ['end', 'error', 'close'] as const;
