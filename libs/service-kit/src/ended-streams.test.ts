import { once } from 'node:events';
import { createClient, ConnectError, type Client } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { ErrorInfoSchema, RetryInfoSchema } from '@finance/contract/rpc-error-details';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { detailsOf, grpcClient, serveFunds } from './test-servers.ts';
import type { RunningServers } from './start-servers.ts';

/** Every way to call but native gRPC with grpc-js. */
function transports(servers: RunningServers) {
  const baseUrl = servers.httpUrl;
  return [
    createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
    createGrpcTransport({ baseUrl }),
    createConnectTransport({ baseUrl, httpVersion: '2' }),
    createGrpcWebTransport({ baseUrl, httpVersion: '2' }),
    createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
    createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  ];
}
const http2Transports = (servers: RunningServers) => transports(servers).slice(0, 4);

/** A stream that has begun; `ended` resolves with what it ended with. */
interface Begun {
  readonly ended: Promise<unknown>;
}

async function begin(answers: AsyncIterable<unknown>): Promise<Begun> {
  const iterator = answers[Symbol.asyncIterator]();
  await iterator.next();
  const rest = async (): Promise<unknown> => {
    for (;;) if ((await iterator.next()).done === true) return 'the stream ended as if it were complete';
  };
  return { ended: rest().catch((error: unknown) => error) };
}

async function beginNative(servers: RunningServers, path: string): Promise<Begun> {
  const bytes = (raw: Buffer) => raw;
  const stream = grpcClient(servers).makeServerStreamRequest(path, bytes, bytes, Buffer.alloc(0), new Metadata(), {});
  const ended = new Promise((resolve) => stream.once('error', resolve));
  await once(stream, 'data');
  stream.resume();
  return { ended };
}

const endless = {
  async *exportFunds(_request: unknown, { signal }: { signal: AbortSignal }) {
    yield { funds: [{ fundId: 1n }] };
    await once(signal, 'abort');
  },
};

/** What every program can tell of the end: code, reason, when to retry. */
function told(end: unknown) {
  if (!(end instanceof ConnectError)) {
    const error = end as ServiceError;
    const [info, retry] = detailsOf(error) as { reason?: string; retryDelay?: object }[];
    const pushback = error.metadata?.get('grpc-retry-pushback-ms')[0];
    return { code: error.code, reason: info?.reason, retry: retry?.retryDelay !== undefined, pushback };
  }
  return {
    code: Number(end.code),
    reason: end.findDetails(ErrorInfoSchema)[0]?.reason,
    retry: end.findDetails(RetryInfoSchema)[0]?.retryDelay !== undefined,
    pushback: end.metadata.get('grpc-retry-pushback-ms'),
  };
}

const unavailable = (reason: string) => ({ code: status.UNAVAILABLE, reason, retry: true, pushback: '1000' });
const exportPath = '/finance.funds.v1.FundsService/ExportFunds';

describe('a stream that the server ends says why, over every protocol', () => {
  test('at a shutdown, when the grace is over', async () => {
    const servers = await serveFunds(endless, { SHUTDOWN_GRACE_MS: 100 });
    const clients = transports(servers).map((transport) => createClient(FundsService, transport));
    const streams = await Promise.all([
      beginNative(servers, exportPath),
      ...clients.map((client: Client<typeof FundsService>) => begin(client.exportFunds({}))),
    ]);
    await servers.close();
    const ends = await Promise.all(streams.map(({ ended }) => ended));
    expect(ends.map(told)).toEqual(ends.map(() => unavailable('SERVER_SHUTTING_DOWN')));
  });

  test('Health/Watch, as soon as the listeners close', async () => {
    const servers = await serveFunds({}, { SHUTDOWN_GRACE_MS: 60_000 });
    const clients = transports(servers).map((transport) => createClient(Health, transport));
    const streams = await Promise.all([
      beginNative(servers, '/grpc.health.v1.Health/Watch'),
      ...clients.map((client) => begin(client.watch({}))),
    ]);
    await servers.close();
    const ends = await Promise.all(streams.map(({ ended }) => ended));
    expect(ends.map(told)).toEqual(ends.map(() => unavailable('SERVER_SHUTTING_DOWN')));
  });

  test('when its connection has passed its age and the time after it', async () => {
    const servers = await serveFunds(endless, { CONNECTION_AGE_MS: 600 });
    const clients = http2Transports(servers).map((transport) => createClient(FundsService, transport));
    const streams = await Promise.all([
      beginNative(servers, exportPath),
      ...clients.map((client: Client<typeof FundsService>) => begin(client.exportFunds({}))),
    ]);
    const ends = await Promise.all(streams.map(({ ended }) => ended));
    expect(ends.map(told)).toEqual(ends.map(() => unavailable('CONNECTION_EXPIRED')));
  });

  test('and so does one that is refused before its handler', async () => {
    const servers = await serveFunds(endless, { MAX_STREAMS: 1 });
    await begin(createClient(FundsService, transports(servers)[0]!).exportFunds({}));
    const refused = await Promise.all(
      transports(servers).map(async (transport) => {
        const answers = createClient(FundsService, transport).exportFunds({})[Symbol.asyncIterator]();
        return answers.next().catch((error: unknown) => error);
      }),
    );
    const overloaded = { ...unavailable('OVERLOADED'), code: status.RESOURCE_EXHAUSTED };
    expect(refused.map(told)).toEqual(refused.map(() => overloaded));
  });
});
