import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Fault } from './fault.ts';

/** Enough to fill any header a protocol waits for. */
const garbageBytes = 512;

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** One connection through the proxy. */
export interface ProxiedConnection {
  /** The fault from now on; what is under way arrives as it was sent. */
  set(fault: Fault): void;
  reset(): void;
}

/** Joins a client to the server, as far as the fault lets it. `onEnd` is called once, when the client has gone. */
export function proxyConnection(
  client: Socket,
  server: ServerAddress,
  firstFault: Fault,
  onEnd: () => void,
): ProxiedConnection {
  let fault = firstFault;
  let answeredBytes = 0;
  let isHalted = false;
  const upstream = connect(server);
  const timers = new Set<NodeJS.Timeout>();

  const reset = (): void => {
    for (const timer of timers) clearTimeout(timer);
    client.resetAndDestroy();
    upstream.destroy();
  };
  /** Pieces and ends keep their order: a delay that is shorter than the one before waits for it. */
  let dueAt = 0;
  const later = (act: () => void): void => {
    const now = performance.now();
    dueAt = Math.max(dueAt, now + (fault.kind === 'latency' ? fault.delayMs : 0));
    if (dueAt <= now) return act();
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, dueAt - now);
    timers.add(timer);
  };
  const send = (to: Socket, piece: Buffer): void => later(() => void (to.writable && to.write(piece)));
  const end = (to: Socket): void => later(() => void to.end());

  client.on('data', (piece: Buffer) => {
    switch (fault.kind) {
      case 'blackhole':
      case 'half-open':
        return;
      case 'reset':
      case 'refuse':
        return reset();
      case 'garbage':
        return send(client, randomBytes(garbageBytes));
      case 'halt':
        isHalted ||= piece.includes(fault.at);
        return isHalted ? undefined : send(upstream, piece);
      default:
        send(upstream, piece);
    }
  });
  upstream.on('data', (piece: Buffer) => {
    switch (fault.kind) {
      case 'blackhole':
      case 'half-open':
        return;
      case 'garbage':
        return send(client, randomBytes(piece.length));
      case 'cut': {
        const passed = piece.subarray(0, Math.max(0, fault.afterBytes - answeredBytes));
        answeredBytes += piece.length;
        send(client, passed);
        if (passed.length < piece.length) later(reset);
        return;
      }
      default:
        send(client, piece);
    }
  });
  const isSilent = (): boolean => fault.kind === 'blackhole' || fault.kind === 'half-open';
  client.on('end', () => void (isSilent() || end(upstream)));
  upstream.on('end', () => void (isSilent() || end(client)));
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => void (isSilent() || reset()));
  client.once('close', () => {
    upstream.destroy();
    onEnd();
  });

  return {
    set: (next) => {
      fault = next;
      answeredBytes = 0;
      isHalted = false;
      if (fault.kind === 'refuse') reset();
      if (fault.kind === 'half-open') upstream.destroy();
      // A server with something to say has its chance to say garbage.
      if (fault.kind === 'garbage') send(client, randomBytes(garbageBytes));
    },
    reset,
  };
}
