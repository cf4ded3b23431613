import { createLogger, startServers, type DefinedService } from '@finance/service-kit';

/** Services of a test on a free port. */
export interface ServedServices {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves handlers over real gRPC. */
export async function serve(...services: DefinedService[]): Promise<ServedServices> {
  const servers = await startServers({
    services,
    log: createLogger({ name: 'test', level: 'silent' }),
    config: {
      HOST: '127.0.0.1',
      GRPC_PORT: 0,
      HTTP_PORT: 0,
      REQUEST_TIMEOUT_MS: 5_000,
      MAX_MESSAGE_BYTES: 1024 * 1024,
      SHUTDOWN_GRACE_MS: 100,
    },
  });
  return { url: `http://${servers.grpcAddress}`, close: () => servers.close() };
}
