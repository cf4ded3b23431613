/** Refuses a share of the calls while the process is too busy to answer in time. */
export interface LoadShedder {
  /** Whether to refuse this call. */
  shed(): boolean;
  close(): void;
}

/** Often enough to react within a second, seldom enough to cost nothing. */
const sampleMs = 100;
/** From nothing to nearly all in a second of standing overload, back in two: refusing too little is the worse error. */
const shareUp = 0.1;
const shareDown = 0.05;
/** Some calls always pass, or nothing would show that they can again. */
const shareMax = 0.95;

/**
 * Watches how late a timer fires, which is how long everything waits for this process. One late timer (a collection of
 * garbage, a long sort) refuses nothing; every following one refuses a tenth more. `delayMs` 0: never refuses.
 */
export function createLoadShedder(delayMs: number, random: () => number = Math.random): LoadShedder {
  let share = 0;
  if (delayMs === 0) return { shed: () => false, close: () => undefined };
  let dueMs = performance.now() + sampleMs;
  let lateBefore = false;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const late = nowMs - dueMs > delayMs;
    share = late && lateBefore ? Math.min(shareMax, share + shareUp) : late ? share : Math.max(0, share - shareDown);
    lateBefore = late;
    dueMs = nowMs + sampleMs;
  }, sampleMs);
  timer.unref();
  return { shed: () => share > 0 && random() < share, close: () => clearInterval(timer) };
}
