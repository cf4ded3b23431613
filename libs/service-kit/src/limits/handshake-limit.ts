import type { Http2Server, ServerHttp2Session } from 'node:http2';

/** Nobody honest needs longer from the connection to the end of HTTP/2's greeting. */
export const handshakeTimeoutMs = 10_000;

/** Closes connections that do not finish HTTP/2's greeting (preface and SETTINGS) in time. */
export function limitHandshake(server: Http2Server, timeoutMs: number = handshakeTimeoutMs): void {
  server.on('session', (session: ServerHttp2Session) => {
    const timer = setTimeout(() => session.destroy(), timeoutMs);
    const stop = () => clearTimeout(timer);
    session.once('remoteSettings', stop).once('close', stop);
  });
}
