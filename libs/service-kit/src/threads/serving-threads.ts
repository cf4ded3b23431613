import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { inOwnWords } from '@finance/domain';
import type { Logger } from 'pino';
import type { ThreadMetrics } from '../metrics/thread-metrics.ts';
import { StartupError } from '../startup-error.ts';
import type { FromThread, ThreadSeat, ToThread } from './messages.ts';

/** How a service makes its other serving threads. */
export interface ServingThreadsOptions {
  /** Calls `serveInThread`. */
  readonly script: URL;
  /** Settings, as text, in which a thread differs from the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Makes a thread's port to what it shares with this one; called again when the thread is started again. */
  readonly connect?: () => MessagePort | undefined;
}

/** Threads that serve beside the main one. */
export interface ServingThreads {
  /** Starts them and resolves when all serve. @throws StartupError when one cannot */
  start(count: number, env: Readonly<Record<string, string>>): Promise<void>;
  /** A thread that does not answer within a second is left out. */
  metrics(): Promise<readonly ThreadMetrics[]>;
  /** Each closes as the main thread does, and what it uses; resolves when all have ended. */
  close(drainMs?: number): Promise<void>;
}

/** What ended at once may do so again: tries cost little. */
const firstDelayMs = 200;
const delayMaxMs = 30_000;
/** What worked for so long has nothing to do with the failures before. */
const forgottenAfterMs = 60_000;
/** A scraper waits for ten. */
const metricsTimeoutMs = 1_000;

/**
 * Keeps threads that run a service's script. One that ends by itself is logged and started again, later each time; the
 * others serve on.
 */
export function createServingThreads(options: ServingThreadsOptions, log: Logger): ServingThreads {
  const workers = new Set<Worker>();
  const closing = new AbortController();
  let kept: readonly Promise<void>[] = [];

  /** Resolves with why it ended. */
  const runOnce = (thread: number, env: Readonly<Record<string, string>>, onServing: () => void): Promise<unknown> => {
    const port = options.connect?.();
    const worker = new Worker(options.script, {
      name: `serving ${thread}`,
      env: { ...process.env, ...options.env, ...env },
      workerData: { thread, port } satisfies ThreadSeat,
      transferList: port === undefined ? [] : [port],
    });
    workers.add(worker);
    worker.on('message', (_serving: FromThread) => onServing());
    return new Promise((resolve) => {
      worker.once('error', resolve);
      worker.once('exit', (code) => {
        workers.delete(worker);
        resolve(new Error(`exit code ${code}`));
      });
    });
  };

  const keep = async (
    thread: number,
    env: Readonly<Record<string, string>>,
    first: PromiseWithResolvers<void>,
  ): Promise<void> => {
    let hasServed = false;
    let delayMs = 0;
    for (;;) {
      const startedMs = performance.now();
      const err = await runOnce(thread, env, () => {
        hasServed = true;
        first.resolve();
      });
      if (closing.signal.aborted) return;
      if (!hasServed) return first.reject(startProblem(err));
      const isNew = delayMs === 0 || performance.now() - startedMs > forgottenAfterMs;
      delayMs = isNew ? firstDelayMs : Math.min(delayMaxMs, delayMs * 2);
      log.error({ thread, err, delayMs }, 'a serving thread ended; it is started again');
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
    }
  };

  const tell = (worker: Worker, message: ToThread, transfer: MessagePort[] = []) =>
    worker.postMessage(message, transfer);
  const metricsOf = async (worker: Worker): Promise<ThreadMetrics[]> => {
    const { port1, port2 } = new MessageChannel();
    tell(worker, { kind: 'metrics', answer: port2 }, [port2]);
    const signal = AbortSignal.timeout(metricsTimeoutMs);
    const answers = await once(port1, 'message', { signal }).catch(() => []);
    port1.close();
    return answers as ThreadMetrics[];
  };

  return {
    start: async (count, env) => {
      const first = Array.from({ length: count }, () => Promise.withResolvers<void>());
      kept = first.map((each, i) => keep(i + 1, env, each));
      await Promise.all(first.map(({ promise }) => promise));
    },
    metrics: async () => (await Promise.all([...workers].map(metricsOf))).flat(),
    close: async (drainMs = 0) => {
      closing.abort();
      for (const worker of workers) tell(worker, { kind: 'stop', drainMs });
      await Promise.all(kept);
    },
  };
}

function startProblem(error: unknown): StartupError {
  return new StartupError(`a serving thread cannot start: ${inOwnWords(error)}`, { cause: error });
}
