import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Spreads connections over servers, as the load balancer of a platform does. */
export interface TcpBalancer {
  readonly url: string;
  close(): Promise<void>;
}

/** Connects each caller to the next of the ports that takes the connection; to none: it is closed. */
export async function startTcpBalancer(ports: readonly number[]): Promise<TcpBalancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    return socket.once('close', () => sockets.delete(socket));
  };
  const attach = (caller: Socket, triesLeft: number): void => {
    if (triesLeft === 0) return void caller.destroy();
    const port = ports[turn++ % ports.length]!;
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const refused = () => attach(caller, triesLeft - 1);
    server.once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      keep(server);
      caller.pipe(server).pipe(caller);
      server.once('close', () => caller.destroy());
      caller.once('close', () => server.destroy());
    });
  };
  const listener = createServer({ allowHalfOpen: true }, (caller) => attach(keep(caller), ports.length));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
