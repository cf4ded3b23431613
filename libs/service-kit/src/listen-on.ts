import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { listenProblem } from './startup-error.ts';

/**
 * One port, listened on by several threads among which the kernel spreads connections. Who begins takes the port only
 * where nobody listens, because it would share it with a stranger's process of the same user as well.
 */
export type PortSharing = 'begin' | 'join';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: alone. */
  readonly sharing?: PortSharing | undefined;
}

/** Begins to listen and returns the port really taken. Throws a StartupError that names `setting`. */
export async function listenOn(server: Server, address: ListenAddress, setting: string): Promise<number> {
  const { host, port, sharing } = address;
  if (sharing === 'begin' && port !== 0) await assertFree(host, port, setting);
  server.listen({ host, port, reusePort: sharing !== undefined });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw error instanceof Error ? listenProblem(error, host, port, setting) : error;
  }
  const taken = server.address();
  return typeof taken === 'object' && taken !== null ? taken.port : port;
}

async function assertFree(host: string, port: number, setting: string): Promise<void> {
  const probe = createServer();
  await listenOn(probe, { host, port }, setting);
  probe.close();
  await once(probe, 'close');
}
