import { RingLink } from './ring.ts';

/** Ends what outlives its time. */
export interface StreamWatch<T> {
  /** From now on `stream` may go on for the watch's time; what this returns lets it, for as long as it likes. */
  begin(stream: T): () => void;
  close(): void;
}

const sweepMs = 1_000;

interface Watched<T> {
  readonly stream: T;
  /** The number of the sweep before it. */
  readonly since: number;
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
  const ring = new RingLink<Watched<T>>();
  const sweepsMax = Math.ceil(openMsMax / sweepMs);
  let sweeps = 0;
  let count = 0;
  const forget = (watched: RingLink<Watched<T>>): void => {
    if (watched.alone) return;
    watched.takeOut();
    count -= 1;
  };
  const endOldest = (): void => {
    const { next: oldest } = ring;
    forget(oldest);
    end(oldest.item!.stream);
  };
  const timer = setInterval(() => {
    sweeps += 1;
    while (!ring.alone && sweeps - ring.next.item!.since > sweepsMax) endOldest();
  }, sweepMs);
  timer.unref();
  return {
    begin: (stream) => {
      if (count >= countMax) endOldest();
      const watched = new RingLink<Watched<T>>({ stream, since: sweeps });
      watched.putBefore(ring);
      count += 1;
      return () => forget(watched);
    },
    close: () => clearInterval(timer),
  };
}
