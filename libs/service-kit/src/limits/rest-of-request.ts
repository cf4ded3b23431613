import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2';

/** As much as anybody sends who was going to stop. */
const restBytesMax = 64 * 1024 * 1024;
const lookMs = 20;

/**
 * Lets a caller who still sends read an answer that came first, by throwing away what comes: a connection or a stream that
 * is closed meanwhile is reset, and with it the answer is lost to many clients. To be called when the request has arrived.
 *
 * @param limit ends a stream whose request takes too long to come; a connection of HTTP/1.1 has such a limit of its own
 */
export function readRest(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  limit: (stream: ServerHttp2Stream) => () => void,
): void {
  if ('stream' in request) readRestOfStream(request.stream, limit);
  else readRestOfConnection(request, response);
}

function readRestOfStream(stream: ServerHttp2Stream, limit: (stream: ServerHttp2Stream) => () => void): void {
  stream.once('finish', () => {
    if (stream.readableEnded) return;
    stream.once('close', limit(stream));
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > restBytesMax) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  });
}

function readRestOfConnection(request: IncomingMessage, response: ServerResponse | Http2ServerResponse): void {
  const { socket } = request;
  const { destroySoon } = socket;
  let isLast = false;
  // Around node's own listener, which calls this once an answer is sent that is the connection's last one.
  response.prependOnceListener('finish', () => {
    if (request.complete) return;
    socket.destroySoon = () => {
      isLast = true;
      // The caller learns that the answer is over.
      socket.end();
    };
  });
  response.once('finish', () => {
    if (request.complete) return;
    socket.destroySoon = destroySoon;
    const bytesBefore = socket.bytesRead;
    const looking = setInterval(() => {
      if (request.complete && isLast) destroySoon.call(socket);
      else if (socket.bytesRead - bytesBefore > restBytesMax) socket.destroy();
      if (request.complete) clearInterval(looking);
    }, lookMs);
    socket.once('close', () => clearInterval(looking));
  });
}
