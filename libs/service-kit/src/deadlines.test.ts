import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:http2';
import { FundsService } from '@finance/contract/funds-service';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { DomainError } from '@finance/domain';
import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { RpcContext } from './rpc-context.ts';
import { aborted, detailsOf, grpcClient, grpcUnary, postJson, serveFunds } from './test-servers.ts';
import type { LogLine } from './test-servers.ts';
import { framed, rawCall, session } from './testing/raw-call.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
/** Handlers unwind until the test has ended: whoever waits for them waits too long. */
let unwound = Promise.withResolvers<void>();
afterEach(() => {
  unwound.resolve();
  unwound = Promise.withResolvers();
});

/** Its handler tells why its signal aborted, and goes on unwinding. */
async function serveStubborn(requestTimeoutMs: number) {
  const contexts: RpcContext[] = [];
  const reasons: unknown[] = [];
  const servers = await serveFunds(
    {
      listFunds: async (_request, context) => {
        contexts.push(context);
        reasons.push(await aborted(context.signal));
        await unwound.promise;
        throw new Error('late failure while unwinding');
      },
    },
    { REQUEST_TIMEOUT_MS: requestTimeoutMs },
  );
  return { servers, contexts, reasons };
}

async function callLines(lines: readonly LogLine[], count: number): Promise<LogLine[]> {
  for (;;) {
    const found = lines.filter((line) => line['msg'] === 'call');
    if (found.length >= count) return found;
    await sleep(10);
  }
}

test("the server's own deadline answers at once and aborts the signal, over both transports", async () => {
  const { servers, reasons } = await serveStubborn(100);
  const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  expect(detailsOf(error)).toMatchObject([{ reason: 'DEADLINE_EXCEEDED', domain: 'finance' }]);
  const json = await postJson(servers, listFunds, '{}');
  expect([json.status, JSON.parse(json.text)]).toMatchObject([504, { code: 'deadline_exceeded' }]);
  expect(reasons).toMatchObject([{ reason: 'DEADLINE_EXCEEDED' }, { reason: 'DEADLINE_EXCEEDED' }]);
  expect(reasons.every((reason) => reason instanceof DomainError)).toBe(true);
});

test("the caller's deadline reaches the handler and is what counts when it is shorter", async () => {
  const { servers, contexts, reasons } = await serveStubborn(60_000);
  const deadline = Date.now() + 1_000;
  const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}, { deadline });
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  const json = await postJson(servers, listFunds, '{}', { 'connect-timeout-ms': '1000' });
  expect(json.status).toBe(504);
  const lines = await callLines(servers.lines, 2);
  expect(contexts).toHaveLength(2);
  for (const { deadlineMs } of contexts) expect(deadlineMs).toBeLessThan(Date.now() + 1_000);
  expect(lines).toMatchObject([{ code: 'DEADLINE_EXCEEDED' }, { code: 'DEADLINE_EXCEEDED' }]);
  expect(reasons).toMatchObject([{ reason: 'DEADLINE_EXCEEDED' }, { reason: 'DEADLINE_EXCEEDED' }]);
});

test("a caller cannot get more than the server's bound", async () => {
  const { servers, contexts } = await serveStubborn(100);
  const deadline = Date.now() + 60_000;
  const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}, { deadline });
  expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  const json = await postJson(servers, listFunds, '{}', { 'connect-timeout-ms': '60000' });
  expect(json.status).toBe(504);
  for (const context of contexts) expect(context.deadlineMs).toBeLessThan(Date.now() + 1_000);
});

test("a caller that goes away aborts the handler's signal, on every transport", async () => {
  const { servers, contexts, reasons } = await serveStubborn(5_000);
  const arrived = async (count: number) => {
    while (contexts.length < count) await sleep(5);
  };
  const client = grpcClient(servers);
  const cancels: ((signal: AbortSignal) => Promise<unknown>)[] = [
    (abort) => grpcUnary(client, FundsService.method.listFunds, {}, { abort }),
    (signal) =>
      fetch(`${servers.httpUrl}/${listFunds}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal,
      }),
    (signal) => createClient(FundsService, createGrpcTransport({ baseUrl: servers.httpUrl })).listFunds({}, { signal }),
  ];
  for (const [index, call] of cancels.entries()) {
    const controller = new AbortController();
    const ended = call(controller.signal).catch(() => undefined);
    await arrived(index + 1);
    controller.abort();
    await ended;
  }
  const lines = await callLines(servers.lines, cancels.length);
  expect(lines.map((line) => [line['transport'], line['code']])).toEqual([
    ['grpc', 'CANCELLED'],
    ['connect', 'CANCELLED'],
    ['grpc', 'CANCELLED'],
  ]);
  expect(reasons).toMatchObject(cancels.map(() => ({ reason: 'CANCELLED' })));
});

test('a handler that ends well is not aborted afterwards', async () => {
  const contexts: RpcContext[] = [];
  const servers = await serveFunds({
    listFunds: async (_request, context) => {
      contexts.push(context);
      void context.signal;
      return {};
    },
  });
  await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
  await postJson(servers, listFunds, '{}');
  await sleep(20);
  expect(contexts.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  expect(servers.lines.filter((line) => line['msg'] === 'call')).toMatchObject([{ code: 'OK' }, { code: 'OK' }]);
});

test('streams reset as soon as they begin leave the server well', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) });
  const session = connect(servers.httpUrl);
  session.on('error', () => undefined);
  for (let index = 0; index < 50; index += 1) {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${listFunds}`,
      'content-type': 'application/proto',
    });
    stream.on('error', () => undefined);
    stream.close(8);
  }
  await sleep(50);
  session.destroy();
  expect((await postJson(servers, listFunds, '{}')).status).toBe(200);
});

test('a call with no time at all is not answered and reaches no handler', async () => {
  let calls = 0;
  const servers = await serveFunds({
    listFunds: async () => {
      calls += 1;
      return {};
    },
    async *exportFunds() {
      calls += 1;
      yield {};
    },
  });
  const late = String(status.DEADLINE_EXCEEDED);
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    for (const rpc of [listFunds, 'finance.funds.v1.FundsService/ExportFunds']) {
      for (const time of ['0m', '0S', '1n']) {
        const { headers, body } = await rawCall(session(url), rpc, framed(Buffer.alloc(0)), { 'grpc-timeout': time });
        expect([headers['grpc-status'], body.length]).toEqual([late, 0]);
      }
    }
  }
  expect((await postJson(servers, listFunds, '{}', { 'connect-timeout-ms': '0' })).status).toBe(504);
  expect(calls).toBe(0);
});
