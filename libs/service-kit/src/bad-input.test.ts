import { gzipSync } from 'node:zlib';
import http2 from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { FundsService } from '@finance/contract/funds-service';
import { Client, credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { detailsOf, grpcClient, grpcUnary, postJson, serveFunds } from './test-servers.ts';
import type { RunningServers } from './start-servers.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const leak = /node_modules|file:|\.ts\b|\.js\b|\bat .*:\d+:\d+/;

async function serve() {
  const state = { calls: 0 };
  const servers = await serveFunds({
    listFunds: async () => {
      state.calls += 1;
      return {};
    },
  });
  return { servers, state };
}

async function rawHttp(servers: RunningServers, text: string): Promise<string> {
  const socket = connectTcp(servers.httpPort, '127.0.0.1');
  socket.end(text);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('over native gRPC', () => {
  test('malformed bytes are INVALID_ARGUMENT and reach no handler', async () => {
    const { servers, state } = await serve();
    const client = grpcClient(servers);
    for (const bytes of ['ff', '08', '2a05', '2a02c328', '0b', '07'.repeat(9)]) {
      const { error } = await grpcUnary(client, FundsService.method.listFunds, Buffer.from(bytes, 'hex'));
      expect(error?.code).toBe(status.INVALID_ARGUMENT);
      expect(error?.details).toContain('finance.funds.v1.ListFundsRequest');
      expect(error?.details).not.toMatch(leak);
      expect(detailsOf(error)).toMatchObject([{ reason: 'FIELD_INVALID' }]);
    }
    expect(state.calls).toBe(0);
  });

  test('a message over the limit is RESOURCE_EXHAUSTED and reaches no handler, one below it passes', async () => {
    const { servers, state } = await serve();
    const client = grpcClient(servers);
    const over = await grpcUnary(client, FundsService.method.listFunds, { orderBy: 'x'.repeat(1024 * 1024) });
    expect(over.error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(over.error?.details).not.toMatch(leak);
    expect(state.calls).toBe(0);
    const below = await grpcUnary(client, FundsService.method.listFunds, { orderBy: 'é'.repeat(512 * 1024 - 5) });
    expect([below.error, state.calls]).toEqual([undefined, 1]);
  });

  test('a small message that decompresses over the limit is RESOURCE_EXHAUSTED', async () => {
    const { servers, state } = await serve();
    const client = new Client(servers.grpcAddress, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': 2,
    });
    const { error } = await grpcUnary(client, FundsService.method.listFunds, { orderBy: 'x'.repeat(10_000_000) });
    client.close();
    expect([error?.code, state.calls]).toEqual([status.RESOURCE_EXHAUSTED, 0]);
  });

  test('an unknown method is UNIMPLEMENTED', async () => {
    const { servers } = await serve();
    const error = await new Promise<{ code?: number; details?: string } | null>((resolve) => {
      const same = (bytes: Buffer) => bytes;
      grpcClient(servers).makeUnaryRequest('/finance.funds.v1.FundsService/Nope', same, same, Buffer.alloc(0), resolve);
    });
    expect(error?.code).toBe(status.UNIMPLEMENTED);
    expect(error?.details).not.toMatch(leak);
  });

  test('headers over 16 KiB are refused and the server goes on', async () => {
    const { servers, state } = await serve();
    const client = grpcClient(servers);
    const headers = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x-${index}`, 'x'.repeat(1000)]));
    const { error } = await grpcUnary(client, FundsService.method.listFunds, {}, { headers });
    expect([error === undefined, state.calls]).toEqual([false, 0]);
    expect((await grpcUnary(client, FundsService.method.listFunds, {})).error).toBeUndefined();
  });
});

describe('over HTTP', () => {
  test('malformed JSON, a wrong type and an unknown field are INVALID_ARGUMENT', async () => {
    const { servers, state } = await serve();
    for (const body of [
      '{',
      '[]',
      '"x"',
      '{"pageSize":"many"}',
      '{"viewerUserId":"99999999999999999999"}',
      '{"pageSiz":1}',
    ]) {
      const answer = await postJson(servers, listFunds, body);
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { code: 'invalid_argument' }]);
      expect(answer.text).not.toMatch(leak);
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(state.calls).toBe(0);
    const refused = servers.lines.filter((line) => line['msg'] === 'call refused');
    expect(refused).toHaveLength(6);
    for (const line of refused)
      expect(line).toMatchObject({ rpc: listFunds, httpStatus: 400, reason: 'FIELD_INVALID' });
    expect(JSON.stringify(refused)).not.toContain('many');
  });

  test('malformed protobuf is INVALID_ARGUMENT', async () => {
    const { servers } = await serve();
    const answer = await postJson(servers, listFunds, '\u0008', { 'content-type': 'application/proto' });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { code: 'invalid_argument' }]);
    expect(answer.text).not.toMatch(leak);
  });

  test('malformed protobuf and too large messages have the same codes and reasons over gRPC and gRPC-Web', async () => {
    const { servers, state } = await serve();
    const client = new Client(`127.0.0.1:${servers.httpPort}`, credentials.createInsecure());
    const malformed = await grpcUnary(client, FundsService.method.listFunds, Buffer.from('08', 'hex'));
    expect(malformed.error?.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(malformed.error)).toMatchObject([{ reason: 'FIELD_INVALID' }]);
    const large = await grpcUnary(client, FundsService.method.listFunds, { orderBy: 'x'.repeat(1024 * 1024) });
    client.close();
    expect(large.error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(detailsOf(large.error)).toMatchObject([{ reason: 'MESSAGE_TOO_LARGE' }]);
    const web = await fetch(`${servers.httpUrl}/${listFunds}`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto' },
      body: Buffer.from('000000000108', 'hex'),
    });
    expect(await web.text()).toContain('grpc-status: 3\r\n');
    expect(state.calls).toBe(0);
  });

  test('a message over the limit is RESOURCE_EXHAUSTED, also when only decompression makes it so', async () => {
    const { servers, state } = await serve();
    const body = JSON.stringify({ orderBy: 'x'.repeat(1024 * 1024) });
    const answer = await postJson(servers, listFunds, body);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([429, { code: 'resource_exhausted' }]);
    const zipped = await fetch(`${servers.httpUrl}/${listFunds}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(body),
    });
    expect([zipped.status, await zipped.json()]).toMatchObject([429, { code: 'resource_exhausted' }]);
    expect(state.calls).toBe(0);
  });

  test('deeply nested JSON is refused', async () => {
    const { servers } = await serve();
    const answer = await postJson(servers, listFunds, '{"filter":'.repeat(50_000) + '{}' + '}'.repeat(50_000));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toMatch(leak);
  });

  test('an unknown RPC and an unknown page are 404 with a JSON body', async () => {
    const { servers } = await serve();
    const answer = await postJson(servers, 'finance.funds.v1.FundsService/Nope', '{}');
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([404, { code: 'unimplemented' }]);
    expect((await fetch(`${servers.httpUrl}/constructor`)).status).toBe(404);
    expect((await fetch(`${servers.httpUrl}/${listFunds}`)).status).toBe(405);
  });

  test('a time-out that is no number or overflows timers is INVALID_ARGUMENT', async () => {
    const { servers } = await serve();
    for (const timeout of ['-1', 'x', '9999999999', '1e3']) {
      const answer = await postJson(servers, listFunds, '{}', { 'connect-timeout-ms': timeout });
      expect([timeout, answer.status]).toEqual([timeout, 400]);
    }
  });

  test('a Host header that is no host is 400 and the server goes on', async () => {
    const { servers } = await serve();
    for (const host of ['[', 'a b', 'http://x', '']) {
      const text = `POST /${listFunds} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
      expect(await rawHttp(servers, text)).toMatch(/^HTTP\/1\.1 (400|403)/);
    }
    expect((await postJson(servers, listFunds, '{}')).status).toBe(200);
  });

  test('garbage, over-long headers and a broken HTTP/2 preface end the connection and the server goes on', async () => {
    const { servers } = await serve();
    expect(await rawHttp(servers, 'garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await rawHttp(servers, long)).toMatch(/^HTTP\/1\.1 431/);
    await rawHttp(servers, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage garbage garbage garbage');
    await rawHttp(servers, 'PRI');
    expect((await postJson(servers, listFunds, '{}')).status).toBe(200);
  });

  test('a request in single bytes is served in either protocol', async () => {
    const { servers } = await serve();
    const socket = connectTcp(servers.httpPort, '127.0.0.1');
    socket.setNoDelay(true);
    for (const byte of 'GET /healthz/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n') {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
    const session = http2.connect(servers.httpUrl);
    const stream = session.request({ ':path': '/healthz/live' });
    const [headers] = await once(stream, 'response');
    expect(headers).toMatchObject({ ':status': 200 });
    session.destroy();
  });
});
