import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** Slows down addresses whose connections break the rules of HTTP/2, by what floods are made of. */
export interface FloodDelay {
  /** Learns from the server's sessions who broke them. */
  watch(server: Http2Server): void;
  /**
   * Serves a new connection: in this turn of the event loop if there are few, or a second later if one from its address
   * was closed for breaking the rules just now.
   */
  serve(socket: Socket, begin: () => void): void;
}

/** A flood is cut off after some hundred streams; so it begins anew once a second, and not as fast as it can connect. */
const delayMs = 1_000;
/** To greet one takes up to 0.2 ms: of two thousand at once, callers that are being served must notice nothing. */
const beginsPerTurn = 10;
/** Of Node.js, when nghttp2 ends a session: resets too fast, frames that are none, and so on; not a lost connection. */
const rulesBroken = 'ERR_HTTP2_ERROR';

/** Connections that are open go on: honest callers behind the same address wait with new ones only, and not for long. */
export function createFloodDelay(): FloodDelay {
  const until = new Map<string, number>();
  const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress;
  const note = (address: string): void => {
    const nowMs = performance.now();
    for (const [known, endsMs] of until) if (endsMs <= nowMs) until.delete(known);
    until.set(address, nowMs + delayMs);
  };
  const waiting: (() => void)[] = [];
  const beginSome = (): void => {
    for (const begin of waiting.splice(0, beginsPerTurn)) begin();
    if (waiting.length > 0) setImmediate(beginSome);
  };
  return {
    watch: (server) => {
      server.on('session', (session: ServerHttp2Session) => {
        const address = addressOf(session.socket);
        session.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code === rulesBroken) note(address);
        });
      });
    },
    serve: (socket, begin) => {
      socket.on('error', () => undefined);
      const beginInTurn = (): void => {
        const pushed = waiting.push(() => {
          if (socket.destroyed) return;
          joinBuffered(socket);
          begin();
        });
        if (pushed === 1) setImmediate(beginSome);
      };
      const waitMs = (until.get(addressOf(socket)) ?? 0) - performance.now();
      if (waitMs > 0) setTimeout(beginInTurn, waitMs).unref();
      else beginInTurn();
    },
  };
}

/** Node.js gives a session what has come before it piece by piece, and fails when an earlier one ended it. */
function joinBuffered(socket: Socket): void {
  const pieces: Buffer[] = [];
  for (let piece: unknown = socket.read(); piece !== null; piece = socket.read()) pieces.push(piece as Buffer);
  if (pieces.length > 0) socket.unshift(Buffer.concat(pieces));
}
