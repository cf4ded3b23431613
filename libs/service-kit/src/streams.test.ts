import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ExportFundsResponseSchema, FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { detailsOf, grpcClient, serveFunds } from './test-servers.ts';
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
  const late = grpcExport(servers, Date.now() + 150);
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
