import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ExportFundsRequestSchema, ExportFundsResponseSchema, FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { detailsOf, grpcClient, serveFunds } from './test-servers.ts';
import { closeOf, framed, grpcHeadersOf, session } from './testing/raw-call.ts';
import type { RunningServers } from './start-servers.ts';

function grpcExport(servers: RunningServers, deadline?: number): ClientReadableStream<bigint> {
  return grpcClient(servers).makeServerStreamRequest(
    '/finance.funds.v1.FundsService/ExportFunds',
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => fromBinary(ExportFundsResponseSchema, bytes).funds[0]?.fundId ?? 0n,
    Buffer.alloc(0),
    new Metadata(),
    deadline === undefined ? {} : { deadline },
  );
}

function clients(servers: RunningServers) {
  const baseUrl = servers.httpUrl;
  return [
    createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: false }),
    createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
    createGrpcTransport({ baseUrl }),
  ].map((transport) => createClient(FundsService, transport));
}

async function* batches(count: number) {
  for (let index = 1; index <= count; index += 1) yield { funds: [{ fundId: BigInt(index) }] };
}

test('a stream arrives whole and in order on every transport', async () => {
  const servers = await serveFunds({ exportFunds: () => batches(500) });
  const expected = Array.from({ length: 500 }, (_, index) => BigInt(index + 1));
  const native: bigint[] = await grpcExport(servers).toArray();
  expect(native).toEqual(expected);
  for (const client of clients(servers)) {
    const received: (bigint | undefined)[] = [];
    for await (const { funds } of client.exportFunds({})) received.push(funds[0]?.fundId);
    expect(received).toEqual(expected);
  }
  expect(servers.lines.filter((line) => line['msg'] === 'call')).toHaveLength(5);
});

test('an error in the middle comes after what was sent before, with its details', async () => {
  const servers = await serveFunds({
    async *exportFunds() {
      yield* batches(2);
      throw new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer: retry');
    },
  });
  const stream = grpcExport(servers);
  const received: bigint[] = [];
  stream.on('data', (id: bigint) => received.push(id));
  const [error]: ServiceError[] = await once(stream, 'error').catch((thrown: ServiceError) => [thrown]);
  expect([received, error?.code]).toEqual([[1n, 2n], status.UNAVAILABLE]);
  expect(detailsOf(error)).toMatchObject([{ reason: 'DATABASE_UNAVAILABLE' }, { retryDelay: { seconds: 1n } }]);
  for (const client of clients(servers)) {
    const answers = client.exportFunds({})[Symbol.asyncIterator]();
    await answers.next();
    await answers.next();
    await expect(answers.next()).rejects.toMatchObject({ rawMessage: 'the database does not answer: retry' });
  }
});

test('a slow reader holds the handler back instead of filling memory', async () => {
  let produced = 0;
  const servers = await serveFunds({
    async *exportFunds() {
      const consistencyToken = 'x'.repeat(64 * 1024);
      for (; produced < 2_000; produced += 1) yield { consistencyToken };
    },
  });
  const stream = grpcExport(servers);
  stream.once('readable', () => undefined);
  await sleep(300);
  expect(produced).toBeLessThan(200);
  stream.cancel();
  await once(stream, 'error').catch(() => undefined);
});

test('a caller that stops reading ends the handler, and so does its deadline', async () => {
  const ended: string[] = [];
  const servers = await serveFunds({
    async *exportFunds(_request, { signal }) {
      try {
        yield { funds: [{ fundId: 1n }] };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      } finally {
        ended.push(signal.reason instanceof DomainError ? signal.reason.reason : 'none');
      }
    },
  });
  const late = grpcExport(servers, Date.now() + 1_000);
  late.resume();
  const [error]: ServiceError[] = await once(late, 'error').catch((thrown: ServiceError) => [thrown]);
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  const cancelled = grpcExport(servers);
  await once(cancelled, 'data');
  cancelled.on('error', () => undefined);
  cancelled.cancel();
  for (const client of clients(servers)) {
    const stop = new AbortController();
    const answers = client.exportFunds({}, { signal: stop.signal })[Symbol.asyncIterator]();
    await answers.next();
    stop.abort();
    await answers.next().catch(() => undefined);
  }
  for (let waitedMs = 0; ended.length < 6 && waitedMs < 2_000; waitedMs += 10) await sleep(10);
  expect(ended).toEqual(['DEADLINE_EXCEEDED', 'CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED']);
});

test(
  'a stream that nobody reads ends with a reason after seconds, and a slow reader goes on',
  { timeout: 60_000 },
  async () => {
    const ended: string[] = [];
    let slowIsDone = false;
    const servers = await serveFunds({
      async *exportFunds({ viewerUserId }, { signal }) {
        const name = String(viewerUserId);
        try {
          // More than any buffer between holds.
          const consistencyToken = 'x'.repeat(256 * 1024);
          while (!signal.aborted && !slowIsDone) yield { consistencyToken };
        } finally {
          ended.push(`${name} ${signal.reason instanceof DomainError ? signal.reason.reason : 'none'}`);
        }
      },
    });
    const opened = [`http://${servers.grpcAddress}`, servers.httpUrl].map((url) => session(url));
    const start = (connection: ClientHttp2Session, viewerUserId: bigint) => {
      const stream = connection.request(grpcHeadersOf('finance.funds.v1.FundsService/ExportFunds'));
      stream.on('error', () => undefined);
      stream.end(framed(toBinary(ExportFundsRequestSchema, create(ExportFundsRequestSchema, { viewerUserId }))));
      return stream;
    };
    const unread = opened.map((connection, at) => start(connection, BigInt(at + 1)));
    const http1 = connectTcp(servers.httpPort, '127.0.0.1');
    onTestFinished(() => void http1.destroy());
    const body = framed(Buffer.from('{"viewerUserId":"3"}'));
    http1.pause();
    http1.write(
      `POST /finance.funds.v1.FundsService/ExportFunds HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/connect+json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    http1.write(body);
    const slow = opened.map((_, at) =>
      start(session(at === 0 ? `http://${servers.grpcAddress}` : servers.httpUrl), 9n),
    );
    const reading = slow.map(async (stream) => {
      for await (const _chunk of stream) {
        if (slowIsDone) continue;
        await sleep(100);
      }
    });
    while (ended.length < 3) await sleep(50);
    expect(ended.toSorted()).toEqual(['1 CONSUMER_TOO_SLOW', '2 CONSUMER_TOO_SLOW', '3 CONSUMER_TOO_SLOW']);
    slowIsDone = true;
    // Who comes back finds why.
    const trailers = await Promise.all(
      unread.map(async (stream) => {
        const came = once(stream, 'trailers');
        stream.resume();
        const [headers] = (await came) as [IncomingHttpHeaders];
        return headers['grpc-status'];
      }),
    );
    expect(trailers).toEqual(['8', '8']);
    await Promise.all(reading);
    expect(ended.slice(3)).toEqual(['9 none', '9 none']);
  },
);

test('a stream whose connection is gone ends at once, also while it waits for its reader', async () => {
  const consistencyToken = 'x'.repeat(256 * 1024);
  const servers = await serveFunds({
    async *exportFunds() {
      for (;;) yield { consistencyToken };
    },
  });
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const connection = session(url);
    const stream = connection.request(grpcHeadersOf('finance.funds.v1.FundsService/ExportFunds'));
    stream.on('error', () => undefined).end(framed(Buffer.alloc(0)));
    await once(stream, 'data');
    connection.destroy();
  }
  const ends = () => servers.lines.filter(({ msg }) => msg === 'call');
  while (ends().length < 2) await sleep(10);
  expect(ends()).toMatchObject([{ reason: 'CANCELLED' }, { reason: 'CANCELLED' }]);
});

test('a stream that nobody reads gives its place back', async () => {
  const servers = await serveFunds(
    {
      async *exportFunds() {
        // More than any buffer between holds.
        const consistencyToken = 'x'.repeat(256 * 1024);
        for (let sent = 0; sent < 100; sent += 1) yield { consistencyToken };
      },
    },
    { MAX_STREAMS: 2, MAX_STREAMS_PER_CALLER: 2, REQUEST_TIMEOUT_MS: 100 },
  );
  const begin = (connection: ClientHttp2Session) => {
    const stream = connection.request(grpcHeadersOf('finance.funds.v1.FundsService/ExportFunds'));
    stream.on('error', () => undefined).end(framed(Buffer.alloc(0)));
    return stream;
  };
  const unread = [`http://${servers.grpcAddress}`, servers.httpUrl].map((url) => begin(session(url)));
  await Promise.all(unread.map((stream) => once(stream, 'response')));
  const servedOfTwo = async () => {
    const other = session(servers.httpUrl);
    const served = [begin(other), begin(other)].map((stream) =>
      Promise.race([once(stream, 'data').then(() => true), closeOf(stream).then(() => false)]),
    );
    const count = (await Promise.all(served)).filter(Boolean).length;
    other.destroy();
    return count;
  };
  expect(await servedOfTwo()).toBe(0);
  while ((await servedOfTwo()) < 2) await sleep(100);
  const tooSlow = () => servers.lines.filter(({ msg, reason }) => msg === 'call' && reason === 'CONSUMER_TOO_SLOW');
  while (tooSlow().length < 2) await sleep(10);
});
