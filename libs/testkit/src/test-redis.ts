import { startPrivateRedis, type PrivateRedis } from '@finance/redis';
import { afterAll } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy/fault-proxy.ts';

/** A real Redis of one test file, reached through a proxy that can fail. */
export interface TestRedis {
  readonly server: PrivateRedis;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly url: string;
}

/** Starts a Redis for a test file, to be called once at its top; it ends after the file's tests. */
export async function withTestRedis(): Promise<TestRedis> {
  const server = await startPrivateRedis();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });
  return { server, proxy, url: proxy.urlThrough(server.url) };
}
