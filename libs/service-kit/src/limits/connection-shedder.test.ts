import { once } from 'node:events';
import {
  connect,
  createServer,
  type ClientHttp2Session,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect as connectTcp, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createConnectionShedder, type Shed } from './connection-shedder.ts';

const roundMs = 150;

function shedder() {
  const reports: Shed[] = [];
  const made = createConnectionShedder((shed) => reports.push(shed));
  onTestFinished(() => made.close());
  return { ...made, reports };
}

/** Connections to a server that answers each call after `answerMs`, in pairs of its side and the client's. */
async function connections(count: number, answerMs = 0) {
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream: ServerHttp2Stream) => {
    setTimeout(() => stream.respond({ ':status': 200 }, { endStream: true }), answerMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients: ClientHttp2Session[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  for (let index = 0; index < count; index += 1) {
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    client.on('error', () => undefined);
    clients.push(client);
    await once(client, 'remoteSettings');
  }
  return { clients, sessions: [...sessions] };
}

/** Counts as many calls of each session as `calls` says, three of four refused, again and again until it is `over`. */
async function overload(
  { admitted, refused }: ReturnType<typeof shedder>,
  sessions: readonly ServerHttp2Session[],
  calls: readonly number[],
  over: () => boolean,
): Promise<void> {
  for (let waitedMs = 0; !over() && waitedMs < 20_000; waitedMs += 20) {
    for (const [index, session] of sessions.entries()) {
      for (let call = 0; call < calls[index]!; call += 1) {
        if (call % 4 === 0) admitted();
        else refused(session);
      }
    }
    await sleep(20);
  }
}

const after = (ms: number): (() => boolean) => {
  const endsAtMs = performance.now() + ms;
  return () => performance.now() > endsAtMs;
};

test('standing overload ends the connections that bring most, and not more than are too many', async () => {
  const made = shedder();
  const { clients, sessions } = await connections(4);
  await overload(made, sessions, [400, 100, 80, 4], () => made.reports.length > 0);
  await sleep(50);
  // Three quarters are too many, and two thirds of these are half of all: without the first the process would be idle.
  expect(clients.map(({ closed }) => closed)).toEqual([false, true, true, true]);
  expect(made.reports).toEqual([{ connections: 3, refusedShare: 0.75 }]);
});

test('a burst ends nothing', async () => {
  const made = shedder();
  const { clients, sessions } = await connections(4);
  await overload(made, sessions, [400, 100, 80, 4], after(1));
  await sleep(4 * roundMs);
  expect([clients.some(({ closed }) => closed), made.reports]).toEqual([false, []]);
});

test('a single connection that brings all the load stays', async () => {
  const made = shedder();
  const { clients, sessions } = await connections(1);
  await overload(made, sessions, [1_000], after(6 * roundMs));
  expect([clients[0]!.closed, made.reports]).toEqual([false, []]);
});

test('calls under way on a connection that is ended are answered', async () => {
  const made = shedder();
  const { clients, sessions } = await connections(2, 1_000);
  const answer = once(clients[0]!.request({ ':path': '/' }), 'response') as Promise<[{ ':status': number }]>;
  await overload(made, sessions, [100, 150], () => clients[0]!.closed);
  expect(made.reports).toHaveLength(1);
  const [headers] = await answer;
  expect(headers[':status']).toBe(200);
});

/** New connections to a shedder, each once it has arrived there. */
async function arrivals({ serve }: ReturnType<typeof shedder>) {
  const listener = createTcpServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const begun: Socket[] = [];
  const arrive = async (): Promise<Socket> => {
    const arrived = once(listener, 'connection') as Promise<[Socket]>;
    const client = connectTcp((listener.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    const [socket] = await arrived;
    serve(socket, () => begun.push(socket));
    return socket;
  };
  return { arrive, begun };
}

test('new connections wait until an overload is over', async () => {
  const made = shedder();
  const { sessions } = await connections(2);
  const { arrive, begun } = await arrivals(made);
  await arrive();
  expect(begun).toHaveLength(1);
  await overload(made, sessions, [100, 150], () => made.reports.length > 0);
  const goesOn = overload(made, sessions, [100, 150], after(4 * roundMs));
  for (let index = 0; index < 4; index += 1) await arrive();
  await goesOn;
  expect(begun).toHaveLength(1);
  await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(5);
});

test('while turns of the event loop are long, new connections wait, but not until these are short', async () => {
  const made = shedder();
  const { sessions } = await connections(2);
  const { arrive, begun } = await arrivals(made);
  await overload(made, sessions, [100, 150], () => made.reports.length > 0);
  await arrive();
  const longTurns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1, await sleep(0)) {
      const isOver = after(1.3 * roundMs);
      while (!isOver());
    }
  };
  await longTurns(5);
  expect(begun).toEqual([]);
  await longTurns(5);
  expect(begun).toHaveLength(1);
});

test('a server that closes does not wait for connections that wait for it', async () => {
  const made = shedder();
  const { sessions } = await connections(2);
  const { arrive, begun } = await arrivals(made);
  await overload(made, sessions, [100, 150], () => made.reports.length > 0);
  const waiting = await arrive();
  made.close();
  expect([waiting.destroyed, begun]).toEqual([true, []]);
});
