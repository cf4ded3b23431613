/** Grows from retry to retry, so that what cannot be built now costs little. */
const firstDelayMs = 200;
const delayMaxMs = 30_000;
/** What worked for so long has nothing to do with the failures before. */
const forgottenAfterMs = 60_000;

/** Tells how long to wait before the next try. */
export function createBackOff(nowMs: () => number = Date.now): () => number {
  let failures = 0;
  let lastMs = 0;
  return () => {
    const isNew = nowMs() - lastMs > forgottenAfterMs + delayMaxMs;
    failures = isNew ? 0 : failures + 1;
    lastMs = nowMs();
    return Math.min(delayMaxMs, firstDelayMs * 2 ** failures);
  };
}
