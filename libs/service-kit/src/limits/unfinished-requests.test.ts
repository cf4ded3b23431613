import { once } from 'node:events';
import { constants } from 'node:http2';
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { closeOf, framed, grpcHeadersOf, rawCall, session } from '../testing/raw-call.ts';
import { createStreamWatch } from './stream-watch.ts';

const exportFunds = 'finance.funds.v1.FundsService/ExportFunds';
const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const reflection = 'grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const empty = framed(Buffer.alloc(0));

async function serve() {
  return serveFunds(
    {
      listFunds: async () => ({}),
      async *exportFunds() {
        yield {};
      },
    },
    { MAX_STREAMS: 2, MAX_CALLS: 2 },
  );
}

test('calls whose request never comes take nobody a place, and end soon', { timeout: 30_000 }, async () => {
  const servers = await serve();
  const urls = [`http://${servers.grpcAddress}`, servers.httpUrl];
  const ends: Promise<unknown>[] = [];
  for (const url of urls) {
    const opened = session(url);
    const unfinished: ClientHttp2Stream[] = [];
    for (const rpc of [exportFunds, listFunds]) {
      // As many as may be unfinished together over both.
      for (let call = 0; call < 2; call += 1) unfinished.push(opened.request(grpcHeadersOf(rpc)));
      unfinished.at(-1)!.write(Buffer.from([0, 0]));
    }
    unfinished.push(opened.request(grpcHeadersOf(reflection)));
    for (const stream of unfinished) {
      stream.on('error', () => undefined).resume();
      ends.push(closeOf(stream).then(() => expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)));
    }
    // Answered on the same connection, so the server has seen the others.
    for (const rpc of [exportFunds, listFunds]) {
      expect((await rawCall(opened, rpc, empty)).headers['grpc-status']).toBe(String(status.OK));
    }
  }
  const slow = connectTcp(servers.httpPort, '127.0.0.1');
  onTestFinished(() => void slow.destroy());
  slow.on('error', () => undefined).resume();
  slow.write(`POST /${listFunds} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{`);
  ends.push(once(slow, 'close'));
  await Promise.all(ends);
});

test('a stranger who is refused sends no longer than others', { timeout: 30_000 }, async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) }, { REQUEST_TIMEOUT_MS: 600_000 });
  const foreign = { ...grpcHeadersOf(listFunds), origin: 'http://foreign.test' };
  const stream = session(servers.httpUrl).request(foreign);
  stream.on('error', () => undefined).resume();
  const closed = closeOf(stream);
  const [headers] = (await once(stream, 'trailers')) as [IncomingHttpHeaders];
  expect(headers['grpc-status']).toBe(String(status.PERMISSION_DENIED));
  await closed;
  expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

test('more than may be unfinished end the oldest', async () => {
  const ended: number[] = [];
  const watch = createStreamWatch<number>(60_000, (stream) => ended.push(stream), 3);
  onTestFinished(() => watch.close());
  const forget = [1, 2, 3].map((stream) => watch.begin(stream));
  forget[0]!();
  forget[0]!();
  for (const stream of [4, 5, 6]) watch.begin(stream);
  expect(ended).toEqual([2, 3]);
});
