import type { Metric } from '@finance/metrics';
import type { Logger } from 'pino';
import type { DefinedService } from './define-service.ts';
import { listenGrpc } from './grpc-server.ts';
import { createHealth } from './health.ts';
import type { Health } from './health.ts';
import { healthService } from './health-service.ts';
import { listenHttp } from './http-server.ts';
import { ownViewersOnly } from './identity/authorize.ts';
import { createAuthenticator } from './identity/create-authenticator.ts';
import { createGate } from './identity/gate.ts';
import { serverTls } from './identity/server-tls.ts';
import { createAdmission } from './limits/admission.ts';
import { metricsRoutes } from './metrics/metrics-page.ts';
import { createRpcMetrics } from './metrics/rpc-metrics.ts';
import { healthRoutes } from './plain-routes.ts';
import type { PlainRoutes } from './plain-routes.ts';
import { watchReadiness } from './readiness.ts';
import type { Readiness } from './readiness.ts';
import { reflectionServices } from './reflection-service.ts';
import { settingDefaults } from './config.ts';
import { serverSettings } from './server-settings.ts';
import type { ServerConfig } from './server-settings.ts';
import type { ServingOptions } from './serving-options.ts';
import { createTracing } from './tracing.ts';

/** What a service hands to its listeners. */
export interface ServersOptions {
  readonly services: readonly DefinedService[];
  /** What is missing has its default. */
  readonly config: Partial<ServerConfig>;
  readonly log: Logger;
  /** Without one the service is ready as long as it runs. */
  readonly readiness?: Readiness;
  /** Besides those of calls and of the process. `/metrics` asks for a credential where calls do. */
  readonly metrics?: readonly Metric[];
  /** Pages besides `/healthz/live`, `/healthz/ready` and `/metrics`; they ask for a credential where calls do. */
  readonly routes?: PlainRoutes;
}

/** Two listeners that serve. */
export interface RunningServers {
  /** The ports really taken. */
  readonly grpcPort: number;
  readonly httpPort: number;
  /** `host:port`. */
  readonly grpcAddress: string;
  /** `http://host:port`, or `https:` with TLS. */
  readonly httpUrl: string;
  readonly health: Health;
  /**
   * Reports NOT_SERVING, stops accepting, lets running calls end within the grace, then cuts them off. Resolves when
   * every connection has ended; further calls return the same promise.
   */
  close(): Promise<void>;
}

/** Starts both listeners with health and reflection. Throws a StartupError, with nothing left open. */
export async function startServers(options: ServersOptions): Promise<RunningServers> {
  const { log } = options;
  const config: ServerConfig = { ...settingDefaults(serverSettings), ...options.config };
  const identity = createAuthenticator(config);
  const tls = serverTls(config);
  const health = createHealth(options.services.map(({ desc }) => desc.typeName));
  const draining = new AbortController();
  const described = [...options.services, healthService(health)];
  const services = [...described, ...reflectionServices(described)].map(ownViewersOnly);
  const admission = createAdmission({
    calls: config.MAX_CALLS,
    // Without credentials all callers are one.
    callsPerCaller: config.AUTH_MODE === 'none' ? Infinity : config.MAX_CALLS_PER_CALLER,
    streams: config.MAX_STREAMS,
    callsPerSecond: config.CALLS_PER_SECOND,
    shedDelayMs: config.SHED_DELAY_MS,
  });
  const rpcMetrics = createRpcMetrics();
  const serving: ServingOptions = {
    services,
    log,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    draining: draining.signal,
    rpcMetrics,
    tracing: createTracing(),
  };
  const listener = {
    host: config.HOST,
    gate: createGate(services, identity, admission),
    authenticate: identity.authenticate,
    tls,
    connectionsMax: config.MAX_CONNECTIONS,
  };
  const pages = {
    open: healthRoutes(health),
    guarded: { ...metricsRoutes([...rpcMetrics.metrics, ...(options.metrics ?? [])]), ...options.routes },
  };
  const stopGuards = () => {
    identity.close();
    admission.close();
  };
  const grpc = await listenGrpc(serving, { ...listener, port: config.GRPC_PORT }).catch((error: unknown) => {
    stopGuards();
    throw error;
  });
  const http = await listenHttp(serving, pages, { ...listener, port: config.HTTP_PORT }).catch(
    async (error: unknown) => {
      stopGuards();
      await grpc.close(0);
      throw error;
    },
  );
  const stopReadiness = await watchReadiness(options.readiness, health, log);
  let closed: Promise<void> | undefined;
  const close = async () => {
    stopReadiness();
    health.setServing(false);
    draining.abort();
    await Promise.all([grpc, http].map((listener) => listener.close(config.SHUTDOWN_GRACE_MS)));
    stopGuards();
  };
  const shownHost = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return {
    grpcPort: grpc.port,
    httpPort: http.port,
    grpcAddress: `${shownHost}:${grpc.port}`,
    httpUrl: `${tls === undefined ? 'http' : 'https'}://${shownHost}:${http.port}`,
    health,
    close: () => (closed ??= close()),
  };
}
