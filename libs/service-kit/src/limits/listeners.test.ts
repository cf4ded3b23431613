import { once } from 'node:events';
import { constants, createServer } from 'node:http2';
import type { ClientHttp2Session, Http2Stream } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { FundsService } from '@finance/contract/funds-service';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import type { RunningServers } from '../start-servers.ts';
import { detailsOf, grpcClient, grpcUnary, postJson, serveFunds } from '../test-servers.ts';
import { grpcHeadersOf, session } from '../testing/raw-call.ts';
import { limitHandshake } from './handshake-limit.ts';
import { createStreamWatch } from './stream-watch.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const grpcHeaders = grpcHeadersOf(listFunds);

const urls = (servers: RunningServers) => [`http://${servers.grpcAddress}`, servers.httpUrl];

test('a refused call whose request never ends gives its stream back, on native gRPC', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) }, { MAX_MESSAGE_BYTES: 1024 });
  const opened = session(`http://${servers.grpcAddress}`);
  const over = Buffer.from('0000100000', 'hex');
  const cases: [object, Buffer, number][] = [
    [{}, over, status.RESOURCE_EXHAUSTED],
    [{ ':path': '/finance.funds.v1.FundsService/Nope' }, over, status.UNIMPLEMENTED],
    [{ 'grpc-timeout': 'soon' }, over, status.INVALID_ARGUMENT],
    [{ 'grpc-encoding': 'gzip' }, Buffer.from('0100000003616263', 'hex'), status.INVALID_ARGUMENT],
  ];
  for (const [headers, bytes, code] of cases) {
    const stream = opened.request({ ...grpcHeaders, ...headers });
    stream.on('error', () => undefined);
    stream.write(bytes);
    const [answer] = await once(stream, 'response');
    expect(Number(answer['grpc-status'])).toBe(code);
    stream.resume();
    await once(stream, 'close');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  }
});

test('what native gRPC refuses by itself has our reasons', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) }, { MAX_MESSAGE_BYTES: 1024 });
  const { error } = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, { orderBy: 'x'.repeat(2000) });
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(error?.details).toContain('over 1024 bytes, which MAX_MESSAGE_BYTES allows');
  expect(detailsOf(error)).toMatchObject([{ reason: 'MESSAGE_TOO_LARGE', metadata: { max: '1024' } }]);
});

test('calls beyond the limit are refused at once with a delay to retry after, on both listeners', async () => {
  let finish = () => undefined as void;
  const busy = new Promise<void>((resolve) => (finish = resolve));
  const servers = await serveFunds({ listFunds: () => busy.then(() => ({})) }, { MAX_CALLS: 2 });
  const client = grpcClient(servers);
  const held = [grpcUnary(client, FundsService.method.listFunds, {}), postJson(servers, listFunds, '{}')];
  await sleep(200);
  const { error } = await grpcUnary(client, FundsService.method.listFunds, {});
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(detailsOf(error)).toMatchObject([{ reason: 'OVERLOADED' }, { retryDelay: { seconds: 1n } }]);
  expect(error?.metadata.get('grpc-retry-pushback-ms')).toEqual(['1000']);
  const json = await postJson(servers, listFunds, '{}');
  expect([json.status, json.text.includes('google.rpc.RetryInfo')]).toEqual([429, true]);
  expect(json.headers.get('retry-after')).toBe('1');
  finish();
  await Promise.all(held);
  expect((await grpcUnary(client, FundsService.method.listFunds, {})).error).toBeUndefined();
  expect((await postJson(servers, listFunds, '{}')).status).toBe(200);
});

test('calls that are cancelled, cut off or never finished leave the limits as they were', async () => {
  const servers = await serveFunds(
    { listFunds: (_request, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)) },
    { MAX_CALLS: 10, REQUEST_TIMEOUT_MS: 60_000 },
  );
  for (const url of urls(servers)) {
    for (let round = 0; round < 3; round += 1) {
      const opened = session(url);
      const streams = Array.from({ length: 10 }, () => opened.request(grpcHeaders));
      for (const [index, stream] of streams.entries()) {
        stream.on('error', () => undefined);
        if (index % 2 === 0) stream.end(Buffer.alloc(5));
      }
      await sleep(50);
      for (const stream of streams.slice(0, 5)) stream.close(constants.NGHTTP2_CANCEL);
      opened.destroy();
      await sleep(50);
    }
  }
  for (let call = 0; call < 12; call += 1) {
    const { error } = await grpcUnary(
      grpcClient(servers),
      FundsService.method.listFunds,
      {},
      { deadline: Date.now() + 80 },
    );
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  }
});

test('connections beyond the limit are closed, and those within go on', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) }, { MAX_CONNECTIONS: 3 });
  for (const port of [servers.grpcPort, servers.httpPort]) {
    const held = Array.from({ length: 3 }, () => connectTcp(port, '127.0.0.1'));
    onTestFinished(() => held.forEach((socket) => socket.destroy()));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    await sleep(50);
    const further = connectTcp(port, '127.0.0.1');
    further.on('error', () => undefined);
    await once(further, 'close');
    for (const socket of held) expect(socket.destroyed).toBe(false);
  }
});

test('an address that broke the rules of HTTP/2 waits with its next connection, not with those that are open', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) });
  const answerMs = async (opened: ClientHttp2Session) => {
    const sinceMs = performance.now();
    const stream = opened.request(grpcHeaders);
    stream.on('error', () => undefined).resume();
    stream.end(Buffer.alloc(5));
    await once(stream, 'response');
    return performance.now() - sinceMs;
  };
  for (const url of urls(servers)) {
    const { port } = new URL(url);
    const before = session(url);
    await answerMs(before);
    const beRude = async () => {
      const rude = connectTcp(Number(port), '127.0.0.1');
      rude.on('error', () => undefined).resume();
      const settings = '000000040000000000';
      const dataOfNoStream = Buffer.from('000000000000000000', 'hex');
      rude.write(
        Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from(settings, 'hex'), dataOfNoStream]),
      );
      await sleep(100);
      rude.write(dataOfNoStream);
      if (!rude.closed) await once(rude, 'close');
    };
    await beRude();
    // What comes while it waits must end this connection only.
    await beRude();
    const [known, next] = await Promise.all([answerMs(before), answerMs(session(url))]);
    expect(next).toBeGreaterThan(800);
    expect(known).toBeLessThan(next);
    expect(await answerMs(session(url))).toBeLessThan(next);
  }
});

test('a connection that does not finish the greeting of HTTP/2 is closed', async () => {
  const server = createServer();
  limitHandshake(server, 100);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const silent = connectTcp(port, '127.0.0.1');
  const trickling = connectTcp(port, '127.0.0.1');
  trickling.write('PRI * HTTP/2.0\r\n');
  const good = session(`http://127.0.0.1:${port}`);
  for (const socket of [silent, trickling]) {
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
  }
  await sleep(150);
  expect(good.destroyed).toBe(false);
});

test('a stream that outlives its time is ended, one that was forgotten is not', async () => {
  const server = createServer();
  const watch = createStreamWatch<Http2Stream>(100, (stream) => stream.close(constants.NGHTTP2_CANCEL));
  onTestFinished(() => (watch.close(), void server.close()));
  const kept = Promise.withResolvers<void>();
  server.on('stream', (stream) => {
    const forget = watch.begin(stream);
    if (stream.id !== 3) return;
    forget();
    kept.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const opened = session(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
  const [late, lasting] = [opened.request(grpcHeaders), opened.request(grpcHeaders)];
  for (const stream of [late, lasting]) stream.on('error', () => undefined);
  await kept.promise;
  await once(late, 'close');
  expect([late.rstCode, lasting.closed]).toEqual([constants.NGHTTP2_CANCEL, false]);
});

test('compression bombs of 50 MB cost at most 32 MB, on both listeners', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) });
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const message = Buffer.concat([Buffer.of(1, 0, 0, bomb.length >> 8, bomb.length & 255), bomb]);
  expect(bomb.length).toBeLessThan(65_536);
  let peakBytes = 0;
  const usedBytes = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const beforeBytes = usedBytes();
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, usedBytes())), 1);
  for (const url of urls(servers)) {
    const opened = session(url);
    for (let call = 0; call < 5; call += 1) {
      const stream = opened.request({ ...grpcHeaders, 'grpc-encoding': 'gzip' });
      stream.on('error', () => undefined);
      stream.end(message);
      let code: unknown;
      stream.on('response', (headers) => (code ??= headers['grpc-status']));
      stream.on('trailers', (trailers) => (code ??= trailers['grpc-status']));
      stream.resume();
      await once(stream, 'close');
      expect(Number(code)).toBe(status.RESOURCE_EXHAUSTED);
    }
  }
  clearInterval(sampler);
  expect(peakBytes - beforeBytes).toBeLessThan(32 * 1024 * 1024);
});
