import { listenAdmin } from './admin-server.ts';
import { listenGrpc } from './grpc-server.ts';
import type { Health } from './health.ts';
import { listenHttp } from './http-server.ts';
import { metricsRoutes } from './metrics/metrics-page.ts';
import { healthRoutes } from './plain-routes.ts';
import { prepareServing } from './prepare-serving.ts';
import type { ServersOptions } from './prepare-serving.ts';
import { noPages } from './serve-page.ts';

/** The listeners of a service: gRPC, HTTP, and with ADMIN_PORT one for its pages. */
export interface RunningServers {
  /** The ports really taken. */
  readonly grpcPort: number;
  readonly httpPort: number;
  /** `host:port`. */
  readonly grpcAddress: string;
  /** `http://host:port`, or `https:` with TLS. */
  readonly httpUrl: string;
  /** Of the pages; the same without ADMIN_PORT. */
  readonly adminUrl: string;
  readonly health: Health;
  /**
   * Reports NOT_SERVING and goes on taking calls for `drainMs` (none by default), so that balancers turn away first.
   * Then stops accepting, lets running calls end within the grace, and ends those that are left with the reason
   * SERVER_SHUTTING_DOWN. Resolves when every connection has ended; further calls return the same promise.
   */
  close(drainMs?: number): Promise<void>;
}

/** Starts the listeners with health and reflection. Throws a StartupError, with nothing left open. */
export async function startServers(options: ServersOptions): Promise<RunningServers> {
  const { config, serving, listener, health, metrics, keep, watch, close } = prepareServing(options);
  const sharing = options.otherThreads && ('begin' as const);
  const pages = {
    open: healthRoutes(health, options.healthDetails),
    guarded: { ...metricsRoutes(metrics, options.otherThreads), ...options.routes },
  };
  const grpc = await keep(listenGrpc(serving, { ...listener, port: config.GRPC_PORT, sharing }));
  const apart = config.ADMIN_PORT !== undefined;
  const http = await keep(listenHttp(serving, apart ? noPages : pages, { ...listener, port: config.HTTP_PORT }));
  const admin = apart ? await keep(listenAdmin(pages, { ...listener, port: config.ADMIN_PORT! }, serving.log)) : http;
  await watch();
  const shownHost = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  const httpUrl = (port: number) => `${listener.tls === undefined ? 'http' : 'https'}://${shownHost}:${port}`;
  return {
    grpcPort: grpc.port,
    httpPort: http.port,
    grpcAddress: `${shownHost}:${grpc.port}`,
    httpUrl: httpUrl(http.port),
    adminUrl: httpUrl(admin.port),
    health,
    close,
  };
}
