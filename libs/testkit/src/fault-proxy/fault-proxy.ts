import { createServer, type AddressInfo } from 'node:net';
import type { Fault } from './fault.ts';
import { proxyConnection, type ProxiedConnection, type ServerAddress } from './proxied-connection.ts';

/** A TCP proxy on 127.0.0.1 that can be told to fail. */
export interface FaultProxy {
  readonly port: number;
  readonly openConnections: number;
  /** The same address with this proxy in the place of the server: `mysql://…`, `redis://…`, `http://…`. */
  urlThrough(url: string): string;
  /** Applies to open connections and to new ones, until the next call; resolves when it is in force. */
  set(fault: Fault): Promise<void>;
  /**
   * Leads new connections to another server, as an address that follows a primary. Those that are open are reset, or
   * left with the server that they have.
   */
  switchTo(server: ServerAddress, open: 'reset' | 'leave'): void;
  /** Resets what is open. */
  close(): Promise<void>;
}

/** Starts a proxy in front of a server of this machine, on a free port that it keeps, passing everything on at first. */
export async function startFaultProxy(first: ServerAddress): Promise<FaultProxy> {
  const connections = new Set<ProxiedConnection>();
  let server = first;
  let fault: Fault = { kind: 'none' };
  // A client's half-close is passed on as such.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const connection = proxyConnection(client, server, fault, () => connections.delete(connection));
    connections.add(connection);
    if (fault.kind !== 'none') connection.set(fault);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, '127.0.0.1', () => {
        listener.off('error', reject);
        resolve();
      });
    });
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      for (const connection of connections) connection.reset();
      listener.close(() => resolve());
    });

  await listen(0);
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    get openConnections() {
      return connections.size;
    },
    urlThrough: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    set: async (next) => {
      fault = next;
      for (const connection of connections) connection.set(next);
      if (next.kind === 'refuse' && listener.listening) await stopListening();
      if (next.kind !== 'refuse' && !listener.listening) await listen(port);
    },
    switchTo: (next, open) => {
      server = next;
      if (open === 'reset') for (const connection of connections) connection.reset();
    },
    close: async () => {
      if (listener.listening) await stopListening();
    },
  };
}
