import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import { isLoopback } from './identity/local-callers.ts';
import { warnOfOpenFiles } from './identity/open-files.ts';
import type { ServersOptions } from './prepare-serving.ts';
import { closeTimeoutMs } from './serving-options.ts';
import { exitOnStartupProblem } from './startup-problem.ts';
import { serverSettings } from './server-settings.ts';
import { startServers } from './start-servers.ts';
import type { RunningServers } from './start-servers.ts';
import { createServingThreads, type ServingThreadsOptions } from './threads/serving-threads.ts';

/** A service as its `main.ts` runs it. */
export interface ServiceOptions extends ServersOptions {
  /** For the log. */
  readonly name: string;
  /** Releases what the handlers use, after the last call has ended. */
  readonly close?: () => Promise<void>;
  /** Files with what the service serves: a warning tells when other users of the machine can read one. */
  readonly privateFiles?: readonly string[];
  /** How to make the threads that SERVING_THREADS asks for; without it there is one. */
  readonly threads?: ServingThreadsOptions;
}

/**
 * Starts the service and keeps it until SIGTERM, SIGINT or an uncaught error. Then: health NOT_SERVING, after SIGTERM
 * the drain, no new connections, running calls ended within the grace, `close` within 4 s, exit 0 (1 after an error). A
 * second signal exits at once. A problem at the start gives one line on stderr and exit 1. A parent process with an IPC channel is told where
 * calls are taken, `{grpc, http}`, once they are.
 */
export async function runService(options: ServiceOptions): Promise<RunningServers> {
  const { log, name } = options;
  // V8 would soon make objects of calls old at their birth, because under load some outlive minor collections; each
  // then keeps the rest of its call until a major one, which stops the process the longer the more there are.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // Otherwise V8 lets garbage grow to several times what lives before a major collection, whose pause grows with both.
  setFlagsFromString('--heap-growing-percent=100');
  const servers = await startThreads(options).catch(async (error: unknown) => {
    await options.close?.();
    return exitOnStartupProblem(error);
  });
  warnOfOpenFiles(options.config, options.privateFiles ?? [], log);
  const drainMs = drainMsOf(options.config);
  const graceMs = options.config.SHUTDOWN_GRACE_MS ?? serverSettings.SHUTDOWN_GRACE_MS.default;
  const delay = drainMs + graceMs + closeTimeoutMs;
  closeWithGrace(
    { delay, logger: { error: (err: unknown) => log.fatal({ err }, 'stopping failed') } },
    async ({ err, signal }) => {
      if (err === undefined) log.info({ signal }, 'stopping');
      else log.fatal({ err }, 'stopping after an uncaught error');
      await servers.close(signal === 'SIGTERM' ? drainMs : 0);
      await options.close?.();
      log.info('stopped');
    },
  );
  const addresses = { grpc: servers.grpcAddress, http: servers.httpUrl };
  log.info({ name, ...addresses, pages: servers.adminUrl }, 'serving');
  // A parent that has left meanwhile is no error.
  process.send?.(addresses, undefined, undefined, () => undefined);
  return servers;
}

/** As long as the checks of common balancers take to turn away. */
const balancersTurnMs = 5_000;

function drainMsOf({ SHUTDOWN_DRAIN_MS, HOST = serverSettings.HOST.default }: ServersOptions['config']): number {
  return SHUTDOWN_DRAIN_MS ?? (isLoopback(HOST) ? 0 : balancersTurnMs);
}

/** The servers of this thread and the threads beside it, which share its port and its key of page tokens. */
async function startThreads(options: ServiceOptions): Promise<RunningServers> {
  const { SERVING_THREADS: threadCount = 1, PAGE_TOKEN_KEY: key } = options.config;
  if (options.threads === undefined || threadCount === 1) return startServers(options);
  const threads = createServingThreads(options.threads, options.log);
  const servers = await startServers({ ...options, otherThreads: () => threads.metrics() });
  const close = async (drainMs?: number) => {
    await Promise.all([servers.close(drainMs), threads.close(drainMs)]);
  };
  try {
    await threads.start(threadCount - 1, {
      GRPC_PORT: String(servers.grpcPort),
      ...(key && { PAGE_TOKEN_KEY: key.toString('hex') }),
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { ...servers, close };
}
