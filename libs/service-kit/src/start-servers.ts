import type { Logger } from 'pino';
import type { DefinedService } from './define-service.ts';
import { listenGrpc } from './grpc-server.ts';
import { createHealth } from './health.ts';
import type { Health } from './health.ts';
import { healthService } from './health-service.ts';
import { listenHttp } from './http-server.ts';
import { healthRoutes } from './plain-routes.ts';
import type { PlainRoutes } from './plain-routes.ts';
import { watchReadiness } from './readiness.ts';
import type { Readiness } from './readiness.ts';
import { reflectionServices } from './reflection-service.ts';
import type { ServerConfig } from './server-settings.ts';
import type { ServingOptions } from './serving-options.ts';

/** What a service hands to its listeners. */
export interface ServersOptions {
  readonly services: readonly DefinedService[];
  readonly config: Omit<ServerConfig, 'PAGE_TOKEN_KEY' | 'LOG_LEVEL'>;
  readonly log: Logger;
  /** Without one the service is ready as long as it runs. */
  readonly readiness?: Readiness;
  /** Pages besides `/healthz/live` and `/healthz/ready`. */
  readonly routes?: PlainRoutes;
}

/** Two listeners that serve. */
export interface RunningServers {
  /** The ports really taken. */
  readonly grpcPort: number;
  readonly httpPort: number;
  /** `host:port`. */
  readonly grpcAddress: string;
  /** `http://host:port`. */
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
  const { config, log } = options;
  const health = createHealth(options.services.map(({ desc }) => desc.typeName));
  const draining = new AbortController();
  const services = [...options.services, healthService(health)];
  const serving: ServingOptions = {
    services: [...services, ...reflectionServices(services)],
    log,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    draining: draining.signal,
  };
  const grpc = await listenGrpc(serving, config.HOST, config.GRPC_PORT);
  const routes = { ...options.routes, ...healthRoutes(health) };
  const http = await listenHttp(serving, routes, config.HOST, config.HTTP_PORT).catch(async (error: unknown) => {
    await grpc.close(0);
    throw error;
  });
  const stopReadiness = await watchReadiness(options.readiness, health, log);
  let closed: Promise<void> | undefined;
  const close = async () => {
    stopReadiness();
    health.setServing(false);
    draining.abort();
    await Promise.all([grpc, http].map((listener) => listener.close(config.SHUTDOWN_GRACE_MS)));
  };
  const shownHost = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return {
    grpcPort: grpc.port,
    httpPort: http.port,
    grpcAddress: `${shownHost}:${grpc.port}`,
    httpUrl: `http://${shownHost}:${http.port}`,
    health,
    close: () => (closed ??= close()),
  };
}
