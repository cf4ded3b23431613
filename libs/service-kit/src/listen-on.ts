import { once } from 'node:events';
import type { Server } from 'node:net';
import { listenProblem } from './startup-error.ts';

/** Begins to listen and returns the port really taken. Throws a StartupError that names `setting`. */
export async function listenOn(server: Server, host: string, port: number, setting: string): Promise<number> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw error instanceof Error ? listenProblem(error, host, port, setting) : error;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
