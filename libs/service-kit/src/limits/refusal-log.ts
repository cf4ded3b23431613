/** Thins out the log lines of refusals that come in floods. */
export interface RefusalLog {
  /** How many went without a line since the last one, when this one is to have a line; undefined when it is not. */
  note(): number | undefined;
}

/** One line tells what is going on; the metric counts them all. */
const intervalMs = 1_000;

/** One line a second. */
export function createRefusalLog(): RefusalLog {
  let loggedMs = -Infinity;
  let skipped = 0;
  return {
    note: () => {
      const nowMs = performance.now();
      if (nowMs - loggedMs < intervalMs) {
        skipped += 1;
        return undefined;
      }
      const since = skipped;
      loggedMs = nowMs;
      skipped = 0;
      return since;
    },
  };
}
