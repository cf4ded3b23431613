import { constants } from 'node:http2';
import type { Http2Stream } from 'node:http2';

/** Ends HTTP/2 streams that outlive what their call could honestly take. */
export interface StreamWatch {
  /** From now on `stream` may stay open for the watch's time; what this returns lets it, for as long as it likes. */
  begin(stream: Http2Stream): () => void;
  close(): void;
}

const sweepMs = 1_000;

/**
 * A stream in the order of their beginning: a ring of links. A Map makes its table anew every few streams, and V8 lets
 * each table that is left behind keep its streams, and the next table, past minor collections.
 */
class Watched {
  readonly stream: Http2Stream | undefined;
  readonly sinceMs = performance.now();
  next: Watched = this;
  #previous: Watched = this;

  constructor(stream?: Http2Stream) {
    this.stream = stream;
  }

  putBefore(link: Watched): void {
    this.next = link;
    this.#previous = link.#previous;
    this.#previous.next = link.#previous = this;
  }

  /** No effect on one that is alone. */
  takeOut(): void {
    this.#previous.next = this.next;
    this.next.#previous = this.#previous;
    this.next = this.#previous = this;
  }
}

/**
 * A caller that never ends its request, or never reads its answer, would hold a stream and its buffers for ever: no
 * call exists yet, or none any more, whose deadline could end it. One timer for all, so that a call costs nothing.
 */
export function createStreamWatch(openMsMax: number): StreamWatch {
  const ring = new Watched();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (let oldest = ring.next; oldest !== ring && nowMs - oldest.sinceMs >= openMsMax; oldest = ring.next) {
      oldest.takeOut();
      oldest.stream!.close(constants.NGHTTP2_CANCEL);
    }
  }, sweepMs);
  timer.unref();
  return {
    begin: (stream) => {
      const watched = new Watched(stream);
      watched.putBefore(ring);
      return () => watched.takeOut();
    },
    close: () => clearInterval(timer),
  };
}
