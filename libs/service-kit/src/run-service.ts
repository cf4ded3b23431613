import closeWithGrace from 'close-with-grace';
import { exitOnStartupProblem } from './startup-problem.ts';
import { serverSettings } from './server-settings.ts';
import { startServers } from './start-servers.ts';
import type { RunningServers, ServersOptions } from './start-servers.ts';

/** A service as its `main.ts` runs it. */
export interface ServiceOptions extends ServersOptions {
  /** For the log. */
  readonly name: string;
  /** Releases what the handlers use, after the last call has ended. */
  readonly close?: () => Promise<void>;
}

/** Time for `close` after the calls have drained: a database hands back its connections well within. */
const closeTimeoutMs = 4_000;

/**
 * Starts the service and keeps it until SIGTERM, SIGINT or an uncaught error. Then: health NOT_SERVING, no new
 * connections, running calls drained within the grace, `close` within 4 s, exit 0 (1 after an error). A second signal exits at
 * once. A problem at the start gives one line on stderr and exit 1.
 */
export async function runService(options: ServiceOptions): Promise<RunningServers> {
  const { log, name } = options;
  const servers = await startServers(options).catch(async (error: unknown) => {
    await options.close?.();
    return exitOnStartupProblem(error);
  });
  const delay = (options.config.SHUTDOWN_GRACE_MS ?? serverSettings.SHUTDOWN_GRACE_MS.default) + closeTimeoutMs;
  closeWithGrace({ delay, logger: { error: (problem: unknown) => log.fatal(problem) } }, async ({ err, signal }) => {
    if (err === undefined) log.info({ signal }, 'stopping');
    else log.fatal({ err }, 'stopping after an uncaught error');
    await servers.close();
    await options.close?.();
    log.info('stopped');
  });
  log.info({ name, grpc: servers.grpcAddress, http: servers.httpUrl }, 'serving');
  return servers;
}
