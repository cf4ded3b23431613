import { setImmediate as nextImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { CallRecorder } from '@finance/domain';
import type { Metric } from '@finance/metrics';
import type { Logger } from 'pino';
import { settingDefaults } from './config.ts';
import type { DefinedService } from './define-service.ts';
import { createHealth } from './health.ts';
import type { Health } from './health.ts';
import { healthService } from './health-service.ts';
import { createAuthenticator } from './identity/create-authenticator.ts';
import { createFileFollower, type FileFollower } from './identity/followed-files.ts';
import { createGate } from './identity/gate.ts';
import { createPageGate } from './identity/page-gate.ts';
import { serverTls } from './identity/server-tls.ts';
import { createAdmission } from './limits/admission.ts';
import { farewellMs } from './limits/connection-ends.ts';
import { createInfrastructureStreams } from './limits/infrastructure-streams.ts';
import { OpenCalls } from './limits/open-calls.ts';
import { createRefusalLog } from './limits/refusal-log.ts';
import { createUnfinishedRequests } from './limits/unfinished-requests.ts';
import { createThreadTime } from './limits/thread-time.ts';
import { createRpcMetrics } from './metrics/rpc-metrics.ts';
import type { ThreadMetrics } from './metrics/thread-metrics.ts';
import type { PlainRoutes } from './plain-routes.ts';
import { watchReadiness } from './readiness.ts';
import type { Readiness } from './readiness.ts';
import { reflectionServices } from './reflection-service.ts';
import { serverSettings } from './server-settings.ts';
import type { ServerConfig } from './server-settings.ts';
import type { Listener, ListenerOptions, ServingOptions } from './serving-options.ts';
import { shuttingDown } from './shutting-down.ts';
import { createTracing } from './tracing.ts';

/** What a service hands to its listeners. */
export interface ServersOptions {
  readonly services: readonly DefinedService[];
  /** What is missing has its default. */
  readonly config: Partial<ServerConfig>;
  readonly log: Logger;
  /** Keeps on record who was turned away and who read which page; without it, the log tells of refusals. */
  readonly calls?: CallRecorder;
  /** Without one the service is ready as long as it runs. */
  readonly readiness?: Readiness;
  /** Besides those of calls and of the process. `/metrics` asks for `read-metrics` where calls ask for credentials. */
  readonly metrics?: readonly Metric[];
  /** Shown on `/healthz/ready`, which asks for no credential: nothing that a stranger may not know. */
  readonly healthDetails?: () => object;
  /** Pages besides `/healthz/live`, `/healthz/ready` and `/metrics`; they ask for `read-metrics`, too. */
  readonly routes?: PlainRoutes;
  /** What other threads measure that listen on the same GRPC_PORT; without one the port is not shared. */
  readonly otherThreads?: () => Promise<readonly ThreadMetrics[]>;
}

/** Everything but the listeners, of which a thread may have one or two. */
export interface PreparedServing {
  readonly config: ServerConfig;
  readonly serving: ServingOptions;
  readonly listener: Omit<ListenerOptions, 'port'>;
  readonly health: Health;
  /** Of calls and of the service. */
  readonly metrics: readonly Metric[];
  /** Takes a listener into what {@link close} closes; when it cannot be had, closes everything and throws. */
  keep(listening: Promise<Listener>): Promise<Listener>;
  /** Watches readiness; resolves after the first look. */
  watch(): Promise<void>;
  /** As `RunningServers` promises. */
  close(drainMs?: number): Promise<void>;
}

/** Health, reflection, gate and limits of a thread that serves. Throws a StartupError, with nothing left open. */
export function prepareServing(options: ServersOptions): PreparedServing {
  const { log } = options;
  const config: ServerConfig = { ...settingDefaults(serverSettings), ...options.config };
  const files = createFileFollower(log);
  const { tls, identity } = identityOf(config, files);
  const health = createHealth(options.services.map(({ desc }) => desc.typeName));
  const leaving = new AbortController();
  const draining = new AbortController();
  const openCalls = new OpenCalls();
  const described = [...options.services, healthService(health)];
  const services = [...described, ...reflectionServices(described)];
  const admission = createAdmission({
    calls: config.MAX_CALLS,
    callsPerCaller: config.MAX_CALLS_PER_CALLER,
    streams: config.MAX_STREAMS,
    streamsPerCaller: config.MAX_STREAMS_PER_CALLER,
    callsPerSecond: config.CALLS_PER_SECOND,
    shedDelayMs: config.SHED_DELAY_MS,
  });
  const infrastructure = createInfrastructureStreams(config.MAX_INFRASTRUCTURE_STREAMS);
  const unfinished = createUnfinishedRequests({
    open: config.MAX_INFRASTRUCTURE_STREAMS,
    others: config.MAX_CALLS + config.MAX_STREAMS,
  });
  const threadTime = createThreadTime();
  const rpcMetrics = createRpcMetrics();
  const listeners: Listener[] = [];
  let stopReadiness: (() => void) | undefined;
  let closed: Promise<void> | undefined;
  const close = async (drainMs: number, graceMs: number) => {
    stopReadiness?.();
    health.setServing(false);
    leaving.abort();
    if (drainMs > 0) await sleep(drainMs);
    draining.abort();
    // Right after the event loop has taken what the kernel accepted: what it has not is refused when a listener closes.
    await nextImmediate();
    const farewell = setTimeout(() => openCalls.abort(shuttingDown()), graceMs);
    await Promise.all(listeners.map((listener) => listener.close(graceMs + farewellMs)));
    clearTimeout(farewell);
    identity.close();
    files.close();
    admission.close();
    threadTime.close();
    unfinished.close();
  };
  return {
    config,
    health,
    metrics: [...rpcMetrics.metrics, ...files.metrics, ...(options.metrics ?? [])],
    serving: {
      services,
      log,
      overloadLog: createRefusalLog(),
      requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
      maxMessageBytes: config.MAX_MESSAGE_BYTES,
      draining: draining.signal,
      openCalls,
      rpcMetrics,
      threadTime,
      tracing: createTracing(),
    },
    listener: {
      host: config.HOST,
      gate: createGate(services, identity, admission, infrastructure, options.calls),
      unfinished,
      admitToPages: createPageGate(identity, options.calls),
      tls,
      connectionsMax: config.MAX_CONNECTIONS,
      connectionAgeMs: config.CONNECTION_AGE_MS,
      leaving: leaving.signal,
    },
    keep: async (listening) => {
      try {
        const listener = await listening;
        listeners.push(listener);
        return listener;
      } catch (error) {
        await close(0, 0);
        throw error;
      }
    },
    watch: async () => {
      stopReadiness = await watchReadiness(options.readiness, health, log);
    },
    close: (drainMs = 0) => (closed ??= close(drainMs, config.SHUTDOWN_GRACE_MS)),
  };
}

/** Closes the follower when it throws. The authenticator is the last: it may go on asking for keys. */
function identityOf(config: ServerConfig, files: FileFollower) {
  try {
    const tls = serverTls(config, files);
    return { tls, identity: createAuthenticator(config, files, tls) };
  } catch (error) {
    files.close();
    throw error;
  }
}
