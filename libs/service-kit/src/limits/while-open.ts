import type { Http2Stream } from 'node:http2';

/** Work on a stream for later: it begins if the stream is still open then, for nothing would end it otherwise. */
export function whileOpen(stream: Http2Stream, begin: () => void): () => void {
  // Nobody else listens yet.
  stream.on('error', () => undefined);
  return () => {
    if (!stream.closed && !stream.destroyed) begin();
  };
}
