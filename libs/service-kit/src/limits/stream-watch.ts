/** Ends what outlives its time. */
export interface StreamWatch<T> {
  /** From now on `stream` may go on for the watch's time; what this returns lets it, for as long as it likes. */
  begin(stream: T): () => void;
  close(): void;
}

const sweepMs = 1_000;

/**
 * A stream in the order of their beginning: a ring of links. A Map makes its table anew every few streams, and V8 lets
 * each table that is left behind keep its streams, and the next table, past minor collections.
 */
class Watched<T> {
  readonly stream: T | undefined;
  /** The number of the sweep before it. */
  readonly since: number;
  next: Watched<T> = this;
  #previous: Watched<T> = this;

  constructor(since: number, stream?: T) {
    this.since = since;
    this.stream = stream;
  }

  get alone(): boolean {
    return this.next === this;
  }

  putBefore(link: Watched<T>): void {
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
 * call exists yet, or none any more, whose deadline could end it. One timer for all, so that a call costs nothing; time
 * is counted in its sweeps, so that what comes while this process stands still is not late.
 *
 * @param countMax more at once end the oldest, which nobody honest is
 */
export function createStreamWatch<T>(
  openMsMax: number,
  end: (stream: T) => void,
  countMax: number = Infinity,
): StreamWatch<T> {
  const ring = new Watched<T>(0);
  const sweepsMax = Math.ceil(openMsMax / sweepMs);
  let sweeps = 0;
  let count = 0;
  const forget = (watched: Watched<T>): void => {
    if (watched.alone) return;
    watched.takeOut();
    count -= 1;
  };
  const endOldest = (): void => {
    const { next: oldest } = ring;
    forget(oldest);
    end(oldest.stream!);
  };
  const timer = setInterval(() => {
    sweeps += 1;
    while (!ring.alone && sweeps - ring.next.since > sweepsMax) endOldest();
  }, sweepMs);
  timer.unref();
  return {
    begin: (stream) => {
      if (count >= countMax) endOldest();
      const watched = new Watched(sweeps, stream);
      watched.putBefore(ring);
      count += 1;
      return () => forget(watched);
    },
    close: () => clearInterval(timer),
  };
}
