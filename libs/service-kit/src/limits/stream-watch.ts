import { constants } from 'node:http2';
import type { Http2Stream } from 'node:http2';

/** Ends HTTP/2 streams that outlive what their call could honestly take. */
export interface StreamWatch {
  /** From now on `stream` may stay open for the watch's time; one that has ended is forgotten. */
  begin(stream: Http2Stream): void;
  /** The stream may stay open as long as it likes. */
  forget(stream: Http2Stream): void;
  close(): void;
}

const sweepMs = 1_000;

/**
 * A caller that never ends its request, or never reads its answer, would hold a stream and its buffers for ever: no
 * call exists yet, or none any more, whose deadline could end it. One timer for all, so that a call costs nothing.
 */
export function createStreamWatch(openMsMax: number): StreamWatch {
  // In the order of their beginning: the oldest come first.
  const openSince = new Map<Http2Stream, number>();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [stream, sinceMs] of openSince) {
      if (nowMs - sinceMs < openMsMax) break;
      openSince.delete(stream);
      stream.close(constants.NGHTTP2_CANCEL);
    }
  }, sweepMs);
  timer.unref();
  return {
    begin: (stream) => void openSince.set(stream, performance.now()),
    forget: (stream) => void openSince.delete(stream),
    close: () => clearInterval(timer),
  };
}
