import { once } from 'node:events';
import { constants, type ClientHttp2Session } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { expect, test } from 'vitest';
import type { ServerCall } from '../server-call.ts';
import { serveFunds } from '../test-servers.ts';
import { createAuthority } from '../testing/certificates.ts';
import { closeOf, framed, grpcHeadersOf, session } from '../testing/raw-call.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';

const CONNECTION_AGE_MS = 1_500;
/** Calls at a time on one client. */
const loops = 8;
/** The first one, and those after it has reached its age. */
const connectionsMin = 3;

/** Counts the connections that the calls of each client came by; the page size tells which client it was. */
async function countingServer(config: Parameters<typeof serveFunds>[1] = {}) {
  const connections = new Map<number, Set<unknown>>();
  const servers = await serveFunds(
    {
      listFunds: async ({ pageSize }, context) => {
        const seen = connections.get(pageSize) ?? new Set();
        connections.set(pageSize, seen.add((context as ServerCall).connection));
        return {};
      },
    },
    { CONNECTION_AGE_MS, ...config },
  );
  return { servers, seen: (client: number) => connections.get(client)?.size ?? 0 };
}

/** Calls on all loops without a pause until the client has had enough connections. */
async function failuresOf(client: Client<typeof FundsService>, pageSize: number, seen: (client: number) => number) {
  const failures: string[] = [];
  const loop = async () => {
    while (seen(pageSize) < connectionsMin && failures.length === 0) {
      await client.listFunds({ pageSize }).catch((error: unknown) => failures.push(String(error)));
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return failures;
}

const failuresOver = async (transports: readonly Transport[], seen: (client: number) => number) => {
  const clients = transports.map((transport) => createClient(FundsService, transport));
  return (await Promise.all(clients.map((client, i) => failuresOf(client, i + 1, seen)))).flat();
};

test('no call of a connect-node client fails although its connections reach their age under load', async () => {
  const { servers, seen } = await countingServer();
  const transports = [
    createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
    createGrpcTransport({ baseUrl: servers.httpUrl }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2' }),
  ];
  expect(await failuresOver(transports, seen)).toEqual([]);
});

test('nor over TLS', async () => {
  const authority = createAuthority('servers');
  const { cert, key } = authority.issue({ names: ['IP:127.0.0.1'] });
  const files = temporaryFiles({ cert, key });
  const { servers, seen } = await countingServer({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key });
  const nodeOptions = { ca: authority.cert };
  const transports = [
    createGrpcTransport({ baseUrl: `https://${servers.grpcAddress}`, nodeOptions }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2', nodeOptions }),
  ];
  expect(await failuresOver(transports, seen)).toEqual([]);
});

test('streams that end while they wait for the end of their connection keep no place', async () => {
  const answered = Promise.withResolvers<object>();
  const listFunds = () => answered.promise;
  const config = { CONNECTION_AGE_MS: 900, MAX_INFRASTRUCTURE_STREAMS: 4 };
  const servers = await serveFunds({ listFunds }, config);
  const begin = (connection: ClientHttp2Session, rpc: string, message = Buffer.alloc(0)) => {
    const stream = connection.request(grpcHeadersOf(rpc));
    stream.on('error', () => undefined).write(framed(message));
    return stream;
  };
  const reflect = (connection: ClientHttp2Session) =>
    begin(connection, 'grpc.reflection.v1.ServerReflection/ServerReflectionInfo', listServices);
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const aged = session(url);
    // The connection waits for its answer first.
    begin(aged, 'finance.funds.v1.FundsService/ListFunds').end();
    const codes = [constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL, constants.NGHTTP2_INTERNAL_ERROR];
    for (let begun = 0; !aged.closed && !aged.destroyed; begun += 1) {
      const stream = reflect(aged);
      await sleep(5);
      stream.close(codes[begun % codes.length]);
      await sleep(15);
    }
  }
  answered.resolve({});
  const servedOfTwo = async () => {
    const connection = session(servers.httpUrl);
    const outcomes = [reflect(connection), reflect(connection)].map((stream) =>
      Promise.race([once(stream, 'data').then(() => true), closeOf(stream).then(() => false)]),
    );
    const count = (await Promise.all(outcomes)).filter(Boolean).length;
    connection.destroy();
    return count;
  };
  let served = await servedOfTwo();
  for (let tries = 0; served < 2 && tries < 200; tries += 1) served = await servedOfTwo();
  expect(served).toBe(2);
});

/** The question of reflection for every service. */
const listServices = Buffer.from([0x3a, 0]);
