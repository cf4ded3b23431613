import type { Logger } from 'pino';
import type { Health } from './health.ts';

/** Resolves when what the service depends on answers, rejects otherwise; must stop when the signal aborts. */
export type Readiness = (signal: AbortSignal) => Promise<void>;

/** Soon enough that a balancer stops sending calls within seconds, rare enough to cost nothing. */
const checkIntervalMs = 2_000;
/** A dependency that needs longer is of no use to callers. */
const checkTimeoutMs = 2_000;

/** Checks once now and then again and again, and tells `health`; returns what stops it. */
export async function watchReadiness(
  readiness: Readiness | undefined,
  health: Health,
  log: Logger,
): Promise<() => void> {
  if (readiness === undefined) {
    health.setServing(true);
    return () => undefined;
  }
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  const check = async () => {
    const error = await outcome(readiness, stopped.signal);
    if (stopped.signal.aborted) return;
    if (error !== undefined && !failing) log.warn({ err: error }, 'not ready');
    if (error === undefined && failing) log.info('ready again');
    failing = error !== undefined;
    health.setServing(!failing);
    timer = setTimeout(() => void check(), checkIntervalMs);
  };
  await check();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}

/** What is wrong; undefined when nothing is. */
async function outcome(readiness: Readiness, stopped: AbortSignal): Promise<Error | undefined> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(checkTimeoutMs)]);
  const late = Promise.withResolvers<never>();
  const onAbort = () => late.reject(new Error(`the readiness check took over ${checkTimeoutMs} ms`));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([readiness(signal), late.promise]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
