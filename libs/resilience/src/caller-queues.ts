/** A call that waits for its turn. */
interface Waiting {
  readonly sinceMs: number;
  readonly start: () => void;
}

/** What one caller has and waits for. */
export interface CallerQueue {
  /** Undefined: the process itself. */
  readonly caller: string | undefined;
  running: number;
  /** In order of arrival. */
  readonly waiting: Waiting[];
  /** When the caller last came, and was last served. */
  lastMs: number;
  servedMs: number;
}

/** Those who wait, by caller. */
export interface CallerQueues {
  readonly waiting: number;
  /** Of a caller who is there from now on. */
  of(caller: string | undefined): CallerQueue;
  /** Whether any other caller is there, or was lately. */
  areOthersHere(queue: CallerQueue): boolean;
  wait(queue: CallerQueue, start: () => void): Waiting;
  leave(queue: CallerQueue, waiting: Waiting): void;
  /** Takes the next out, of the caller who has the fewest running. */
  next(
    mayRun: (queue: CallerQueue) => boolean,
  ): { readonly queue: CallerQueue; readonly start: () => void } | undefined;
}

/** A queue in which somebody waits longer is no burst any more; a hundred callers at once, all answered, are one. */
const burstMaxMs = 600;
/** Who has not come for so long is here no longer; looked for as often, and forgotten. */
const hereMs = 10_000;

/**
 * One caller's calls have their turn in order of arrival. Once the first of them has waited for long, more comes than
 * can be done: then the last one is next, whose caller still waits for the answer. In order, everybody would be served
 * just before giving up.
 */
export function createCallerQueues(): CallerQueues {
  const queues = new Map<string | undefined, CallerQueue>();
  let waiting = 0;
  let sweptMs = performance.now();
  const isGone = ({ running, waiting: own, lastMs }: CallerQueue, nowMs: number): boolean =>
    running === 0 && own.length === 0 && nowMs - lastMs > hereMs;
  const sweep = (nowMs: number): void => {
    if (nowMs - sweptMs <= hereMs) return;
    sweptMs = nowMs;
    for (const queue of queues.values()) if (isGone(queue, nowMs)) queues.delete(queue.caller);
  };

  return {
    get waiting() {
      return waiting;
    },
    of: (caller) => {
      const nowMs = performance.now();
      sweep(nowMs);
      let queue = queues.get(caller);
      if (!queue) {
        queue = { caller, running: 0, waiting: [], lastMs: 0, servedMs: 0 };
        queues.set(caller, queue);
      }
      queue.lastMs = nowMs;
      return queue;
    },
    areOthersHere: (queue) => {
      if (queue.caller === undefined) return false;
      const nowMs = performance.now();
      for (const other of queues.values())
        if (other !== queue && other.caller !== undefined && !isGone(other, nowMs)) return true;
      return false;
    },
    wait: (queue, start) => {
      const mine = { sinceMs: performance.now(), start };
      queue.waiting.push(mine);
      waiting += 1;
      return mine;
    },
    leave: (queue, mine) => {
      queue.waiting.splice(queue.waiting.indexOf(mine), 1);
      waiting -= 1;
    },
    next: (mayRun) => {
      if (waiting === 0) return undefined;
      let best: CallerQueue | undefined;
      for (const queue of queues.values()) {
        if (queue.waiting.length > 0 && isBefore(queue, best) && mayRun(queue)) best = queue;
      }
      if (!best) return undefined;
      const nowMs = performance.now();
      const isBurst = nowMs - best.waiting[0]!.sinceMs <= burstMaxMs;
      const { start } = (isBurst ? best.waiting.shift() : best.waiting.pop())!;
      waiting -= 1;
      return { queue: best, start };
    },
  };
}

const isBefore = (a: CallerQueue, b: CallerQueue | undefined): boolean =>
  b === undefined || a.running < b.running || (a.running === b.running && a.servedMs < b.servedMs);
