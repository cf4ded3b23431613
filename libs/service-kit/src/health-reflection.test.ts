import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { create } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finance/contract/grpc-health';
import { ServerReflection } from '@finance/contract/grpc-reflection-v1';
import type { ServerReflectionRequest } from '@finance/contract/grpc-reflection-v1';
import { ServerReflection as ServerReflectionAlpha } from '@finance/contract/grpc-reflection-v1alpha';
import { describe, expect, test } from 'vitest';
import type { RunningServers } from './start-servers.ts';
import { serveFunds } from './test-servers.ts';

const funds = 'finance.funds.v1.FundsService';

function transports(servers: RunningServers) {
  return [
    createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
    createGrpcTransport({ baseUrl: servers.httpUrl }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2' }),
  ];
}

describe('health', () => {
  test('Check and List tell the state of the server and of each service, on both listeners', async () => {
    const servers = await serveFunds({});
    const web = createGrpcWebTransport({ baseUrl: servers.httpUrl, httpVersion: '1.1' });
    for (const transport of [...transports(servers), web]) {
      const client = createClient(Health, transport);
      servers.health.setServing(true);
      expect((await client.check({})).status).toBe(Status.SERVING);
      expect((await client.check({ service: funds })).status).toBe(Status.SERVING);
      servers.health.setServing(false);
      expect((await client.check({ service: funds })).status).toBe(Status.NOT_SERVING);
      expect(Object.keys((await client.list({})).statuses)).toEqual(['', funds]);
      await expect(client.check({ service: 'nobody' })).rejects.toMatchObject({ code: Code.NotFound });
    }
  });

  test('Watch sends at once, then each change, and ends after NOT_SERVING when the server stops', async () => {
    const servers = await serveFunds({});
    const watches = transports(servers).map((transport) =>
      createClient(Health, transport).watch({ service: funds })[Symbol.asyncIterator](),
    );
    const next = async () =>
      (await Promise.all(watches.map((watch) => watch.next()))).map((step) => step.value?.status);
    const all = (status: Status | undefined) => watches.map(() => status);
    expect(await next()).toEqual(all(Status.SERVING));
    servers.health.setServing(false);
    expect(await next()).toEqual(all(Status.NOT_SERVING));
    servers.health.setServing(true);
    expect(await next()).toEqual(all(Status.SERVING));
    const closed = servers.close();
    expect(await next()).toEqual(all(Status.NOT_SERVING));
    await expect(next()).rejects.toMatchObject({ code: Code.Unavailable });
    await closed;
  });

  test('Watch of an unknown service sends SERVICE_UNKNOWN and stays open', async () => {
    const servers = await serveFunds({});
    for (const transport of transports(servers)) {
      const stop = new AbortController();
      const client = createClient(Health, transport);
      const watch = client.watch({ service: 'nobody' }, { signal: stop.signal })[Symbol.asyncIterator]();
      expect((await watch.next()).value?.status).toBe(Status.SERVICE_UNKNOWN);
      const second = watch.next();
      const pending = Promise.race([second.catch(() => undefined), new Promise((end) => setTimeout(end, 50, 'open'))]);
      expect(await pending).toBe('open');
      stop.abort();
    }
  });

  test('the pages answer live always and ready only while serving', async () => {
    const servers = await serveFunds(
      {},
      {},
      { routes: { '/metrics': () => ({ status: 200, contentType: 'text/plain', body: 'x 1\n' }) } },
    );
    const page = async (path: string) => {
      const response = await fetch(servers.httpUrl + path);
      return [response.status, await response.text()];
    };
    expect(await page('/healthz/live')).toEqual([200, '{"status":"live"}']);
    expect(await page('/healthz/ready?x=1')).toEqual([200, '{"status":"ready"}']);
    expect(await page('/metrics')).toEqual([200, 'x 1\n']);
    servers.health.setServing(false);
    expect(await page('/healthz/live')).toEqual([200, '{"status":"live"}']);
    expect(await page('/healthz/ready')).toEqual([503, '{"status":"not ready"}']);
  });

  test('a dependency that fails, or hangs, makes the server not ready', async () => {
    for (const readiness of [() => Promise.reject(new Error('down')), () => new Promise<void>(() => undefined)]) {
      const servers = await serveFunds({}, {}, { readiness });
      expect((await fetch(`${servers.httpUrl}/healthz/ready`)).status).toBe(503);
    }
  });
});

describe('reflection', () => {
  type Question = ServerReflectionRequest['messageRequest'];
  const questions: Question[] = [
    { case: 'listServices', value: '' },
    { case: 'fileContainingSymbol', value: funds },
    { case: 'fileContainingSymbol', value: `${funds}.ListFunds` },
    { case: 'fileContainingSymbol', value: 'finance.funds.v1.ListFundsRequest.page_size' },
    { case: 'fileContainingSymbol', value: 'finance.funds.v1.PAGINATION_STRATEGY_LIVE_INDEX' },
    { case: 'fileByFilename', value: 'google/protobuf/timestamp.proto' },
    { case: 'fileByFilename', value: 'nope.proto' },
    { case: 'fileContainingSymbol', value: 'nope' },
    { case: 'allExtensionNumbersOfType', value: 'nope' },
    { case: 'allExtensionNumbersOfType', value: 'finance.funds.v1.Fund' },
    { case: undefined },
  ];

  test('answers every question in order on one stream, on both listeners and in both versions', async () => {
    const servers = await serveFunds({});
    for (const transport of transports(servers)) {
      for (const service of [ServerReflection, ServerReflectionAlpha]) {
        const client = createClient<typeof ServerReflection | typeof ServerReflectionAlpha>(service, transport);
        const answers = [];
        const requests = (async function* () {
          for (const messageRequest of questions) yield { host: 'h', messageRequest } as { host: string };
        })();
        for await (const answer of client.serverReflectionInfo(requests)) answers.push(answer);
        expect(answers.map(({ messageResponse }) => messageResponse.case)).toEqual([
          'listServicesResponse',
          ...Array.from({ length: 5 }, () => 'fileDescriptorResponse'),
          ...Array.from({ length: 3 }, () => 'errorResponse'),
          'allExtensionNumbersResponse',
          'errorResponse',
        ]);
        const [list] = answers;
        expect(list?.originalRequest?.host).toBe('h');
        expect(
          list?.messageResponse.case === 'listServicesResponse' && list.messageResponse.value.service,
        ).toMatchObject([
          { name: funds },
          { name: 'grpc.health.v1.Health' },
          { name: 'grpc.reflection.v1.ServerReflection' },
          { name: 'grpc.reflection.v1alpha.ServerReflection' },
        ]);
        expect(answers[6]?.messageResponse.value).toMatchObject({ errorCode: Code.NotFound });
      }
    }
  });

  test('gives FundsService with everything it imports, well-known types included', async () => {
    const servers = await serveFunds({});
    const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }));
    const question: Question = { case: 'fileContainingSymbol', value: funds };
    for await (const { messageResponse } of client.serverReflectionInfo(
      (async function* () {
        yield { messageRequest: question };
      })(),
    )) {
      expect(messageResponse.case).toBe('fileDescriptorResponse');
      if (messageResponse.case !== 'fileDescriptorResponse') continue;
      const file = messageResponse.value.fileDescriptorProto.map((bytes) =>
        fromBinary(FileDescriptorProtoSchema, bytes),
      );
      expect(file.map(({ name }) => name).toSorted()).toEqual([
        'finance/common/v1/consistency.proto',
        'finance/common/v1/total_mode.proto',
        'finance/funds/v1/fund.proto',
        'finance/funds/v1/funds_service.proto',
        'finance/permission/v1/permission.proto',
        'google/protobuf/field_mask.proto',
        'google/protobuf/timestamp.proto',
      ]);
      const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: file.toReversed() }));
      expect(registry.getService(funds)?.methods).toHaveLength(9);
    }
  });
});
