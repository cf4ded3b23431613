import { FundsService } from '@finance/contract/funds-service';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { isMessage } from '@bufbuild/protobuf';
import type { DescMethodUnary } from '@bufbuild/protobuf';
import { createClient, Code, ConnectError } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { allProblems, DomainError, invalidField } from '@finance/domain';
import { Client, credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { RpcContext } from './rpc-context.ts';
import { detailsOf, grpcClient, grpcUnary, postJson, serveFunds } from './test-servers.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const handlers = {
  listFunds: async ({ viewerUserId }: { viewerUserId: bigint }) => ({
    funds: [{ fundId: viewerUserId + 1000n }],
    totalSize: 1n,
  }),
};
const sqlText = 'Failed query: SELECT * FROM users WHERE id = ? params: 7, at /srv/app/query.ts:12';

describe('an answer', () => {
  test('is the same over native gRPC, JSON, Connect, gRPC-Web and gRPC on the HTTP port', async () => {
    const servers = await serveFunds(handlers);
    const native = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, { viewerUserId: 2n });
    expect(native.message?.funds[0]?.fundId).toBe(1002n);
    const json = await postJson(servers, listFunds, '{"viewerUserId":"2"}');
    expect([json.status, JSON.parse(json.text)]).toMatchObject([200, { funds: [{ fundId: '1002' }], totalSize: '1' }]);
    const baseUrl = servers.httpUrl;
    for (const transport of [
      createConnectTransport({ baseUrl, httpVersion: '1.1' }),
      createConnectTransport({ baseUrl, httpVersion: '2' }),
      createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
      createGrpcTransport({ baseUrl }),
    ]) {
      const answer = await createClient(FundsService, transport).listFunds({ viewerUserId: 2n });
      expect(answer.funds[0]?.fundId).toBe(1002n);
    }
  });

  test('carries the request id of the caller, or a fresh one instead of one that is not sane', async () => {
    const servers = await serveFunds(handlers);
    const client = grpcClient(servers);
    for (const [sent, kept] of [
      ['abc-1._X', true],
      ['a'.repeat(64), true],
      ['a'.repeat(65), false],
      ['a b', false],
    ] as const) {
      const headers = { 'x-request-id': sent };
      const native = await grpcUnary(client, FundsService.method.listFunds, {}, { headers });
      const json = await postJson(servers, listFunds, '{}', headers);
      for (const id of [native.header.get('x-request-id')[0], json.headers.get('x-request-id')]) {
        if (kept) expect(id).toBe(sent);
        else expect(id).toMatch(/^[0-9a-f-]{36}$/);
      }
    }
  });

  test('leaves one log line without the contents of the request', async () => {
    const servers = await serveFunds(handlers);
    const headers = { 'x-request-id': 'line' };
    await grpcUnary(grpcClient(servers), FundsService.method.listFunds, { orderBy: 'secret' }, { headers });
    await postJson(servers, listFunds, '{"orderBy":"secret"}', headers);
    const lines = servers.lines.filter((line) => line['requestId'] === 'line');
    expect(lines).toMatchObject([
      { level: 30, rpc: listFunds, code: 'OK', transport: 'grpc', durationMs: expect.any(Number) },
      { level: 30, rpc: listFunds, code: 'OK', transport: 'connect', durationMs: expect.any(Number) },
    ]);
    expect(JSON.stringify(servers.lines)).not.toContain('secret');
  });

  test('comes from a handler that knows its caller', async () => {
    const seen: RpcContext[] = [];
    const servers = await serveFunds({
      listFunds: async (_request, context) => {
        seen.push(context);
        context.log.info('inside');
        return {};
      },
    });
    const before = Date.now();
    await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}, { headers: { 'x-request-id': 'r1' } });
    await postJson(servers, listFunds, '{}', { 'x-request-id': 'r2' });
    expect(seen.map(({ requestId }) => requestId)).toEqual(['r1', 'r2']);
    for (const context of seen) {
      expect(context.callerAddress).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(context.deadlineMs).toBeGreaterThanOrEqual(before + 5_000);
      expect(context.deadlineMs).toBeLessThan(before + 10_000);
    }
    const inside = servers.lines.filter((line) => line['msg'] === 'inside');
    expect(inside).toMatchObject([
      { requestId: 'r1', rpc: listFunds },
      { requestId: 'r2', rpc: listFunds },
    ]);
  });
});

describe('an error', () => {
  test('has code, ErrorInfo, BadRequest and message alike on both transports', async () => {
    const servers = await serveFunds({
      listFunds: async () => {
        throw invalidField('page_size', 'is negative: send 0 to 1000', 'PAGE_SIZE_INVALID');
      },
    });
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
    expect([error?.code, error?.details]).toEqual([status.INVALID_ARGUMENT, 'page_size is negative: send 0 to 1000']);
    expect(error?.metadata.get('x-request-id')).toHaveLength(1);
    expect(detailsOf(error)).toMatchObject([
      { reason: 'PAGE_SIZE_INVALID', domain: 'finance', metadata: { field: 'page_size' } },
      { fieldViolations: [{ field: 'page_size', reason: 'PAGE_SIZE_INVALID' }] },
    ]);
    const json = await postJson(servers, listFunds, '{}');
    expect(json.status).toBe(400);
    expect(JSON.parse(json.text)).toMatchObject({
      code: 'invalid_argument',
      message: 'pageSize is negative: send 0 to 1000',
      details: [
        { type: 'google.rpc.ErrorInfo', debug: { reason: 'PAGE_SIZE_INVALID', metadata: { field: 'pageSize' } } },
        { type: 'google.rpc.BadRequest', debug: { fieldViolations: [{ field: 'pageSize' }] } },
      ],
    });
  });

  test('tells of every wrong field, in the spelling of the caller', async () => {
    const servers = await serveFunds({
      listFunds: async () => {
        throw allProblems([
          invalidField('page_size', 'is negative', 'PAGE_SIZE_INVALID'),
          invalidField('filter.amount_cents_min', 'is above amount_cents_max', 'FILTER_INVALID', {
            names: ['amount_cents_max'],
          }),
        ]);
      },
    });
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
    expect(error?.details).toBe('page_size is negative; filter.amount_cents_min is above amount_cents_max');
    expect(detailsOf(error)).toMatchObject([
      { reason: 'PAGE_SIZE_INVALID', metadata: { field: 'page_size' } },
      {
        fieldViolations: [
          { field: 'page_size', reason: 'PAGE_SIZE_INVALID' },
          { field: 'filter.amount_cents_min', description: 'filter.amount_cents_min is above amount_cents_max' },
        ],
      },
    ]);
    const json = JSON.parse((await postJson(servers, listFunds, '{}')).text);
    expect(json.message).toBe('pageSize is negative; filter.amountCentsMin is above amountCentsMax');
    expect(json.details[1].debug.fieldViolations).toMatchObject([
      { field: 'pageSize' },
      { field: 'filter.amountCentsMin', description: 'filter.amountCentsMin is above amountCentsMax' },
    ]);
  });

  test('that may be retried says when', async () => {
    const servers = await serveFunds({
      listFunds: async () => {
        throw new DomainError('OVERLOADED', 'too much is waiting: retry');
      },
    });
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(detailsOf(error)).toMatchObject([{ reason: 'OVERLOADED' }, { retryDelay: { seconds: 1n } }]);
    expect(error?.metadata.get('grpc-retry-pushback-ms')).toEqual(['1000']);
    expect((await postJson(servers, listFunds, '{}')).headers.get('retry-after')).toBe('1');
    const overHttp = new Client(`127.0.0.1:${servers.httpPort}`, credentials.createInsecure());
    const http = await grpcUnary(overHttp, FundsService.method.listFunds, {});
    overHttp.close();
    expect(http.error?.metadata.get('grpc-retry-pushback-ms')).toEqual(['1000']);
  });

  test('that is not a DomainError shows its request id and nothing else, and the log its cause', async () => {
    const servers = await serveFunds({
      listFunds: async () => {
        throw new Error(sqlText);
      },
      getFund: async () => {
        throw new DomainError('INTERNAL', sqlText, { sql: sqlText }, { cause: new Error(sqlText) });
      },
      batchGetFunds: () => {
        throw new TypeError(sqlText);
      },
    });
    const client = grpcClient(servers);
    const headers = { 'x-request-id': 'r9' };
    const methods: readonly DescMethodUnary[] = [
      FundsService.method.listFunds,
      FundsService.method.getFund,
      FundsService.method.batchGetFunds,
    ];
    for (const method of methods) {
      const { error } = await grpcUnary(client, method, {}, { headers });
      expect([error?.code, error?.details]).toEqual([status.INTERNAL, 'internal error, request id r9']);
      expect(detailsOf(error)).toMatchObject([{ reason: 'INTERNAL', metadata: { request_id: 'r9' } }]);
      expect(JSON.stringify(error?.metadata.toJSON())).not.toContain('SELECT');
      const json = await postJson(servers, `finance.funds.v1.FundsService/${method.name}`, '{}', headers);
      expect(json.status).toBe(500);
      expect(json.text).toContain('"internal error, request id r9"');
      expect(json.text + JSON.stringify([...json.headers])).not.toMatch(/SELECT|params|query\.ts/);
    }
    const logged = servers.lines.filter((line) => line['level'] === 50);
    expect(logged).toHaveLength(6);
    for (const line of logged)
      expect(line).toMatchObject({ code: 'INTERNAL', err: { message: expect.stringContaining('SELECT') } });
  });

  test('with an over-long or broken text still arrives, cut short', async () => {
    const servers = await serveFunds({
      listFunds: async ({ orderBy }) => {
        throw new DomainError('ORDER_BY_INVALID', `order_by ${orderBy}\ud800 is unknown`, { value: orderBy });
      },
    });
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {
      orderBy: '€'.repeat(50_000),
    });
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details.length).toBeLessThanOrEqual(1024);
    const [info] = detailsOf(error);
    expect(isMessage(info, ErrorInfoSchema) && info.metadata['value']?.length).toBe(256);
  });

  test('of a method without a handler is UNIMPLEMENTED with reason NOT_IMPLEMENTED', async () => {
    const servers = await serveFunds({});
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.getFund, {});
    expect(error?.code).toBe(status.UNIMPLEMENTED);
    expect(detailsOf(error)).toMatchObject([{ reason: 'NOT_IMPLEMENTED', metadata: { rpc: 'GetFund' } }]);
    const json = await postJson(servers, 'finance.funds.v1.FundsService/GetFund', '{}');
    expect([json.status, JSON.parse(json.text)]).toMatchObject([501, { code: 'unimplemented' }]);
    const client = createClient(FundsService, createGrpcTransport({ baseUrl: servers.httpUrl }));
    const failed = await client.getFund({}).catch((reason: unknown) => ConnectError.from(reason));
    expect(failed).toMatchObject({ code: Code.Unimplemented });
  });

  test('of an answer that cannot be encoded is INTERNAL', async () => {
    const servers = await serveFunds({ listFunds: async () => ({ totalSize: 2n ** 64n }) });
    const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
    expect(error?.code).toBe(status.INTERNAL);
  });
});
