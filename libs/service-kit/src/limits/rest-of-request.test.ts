import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { closeOf, session } from '../testing/raw-call.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
/** More than buffers on the way hold, so that the answer is there while most is still to be sent. */
const oversized = Buffer.from(`{"orderBy":"${'x'.repeat(20_000_000)}"}`);
const partBytes = 65_536;
const parts = Array.from({ length: Math.ceil(oversized.length / partBytes) }, (_, i) =>
  oversized.subarray(i * partBytes, (i + 1) * partBytes),
);

const serve = () => serveFunds({ listFunds: async () => ({}) }, { MAX_MESSAGE_BYTES: 1024 });

async function write(socket: Socket, bytes: Buffer | string): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain');
}

/** Opens a request of HTTP/1.1 whose body is to follow. */
function begin(port: number, headers: string): Socket {
  const socket = connectTcp(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  // A failing write is what is looked for; a caller reads only after it has sent all.
  socket.on('error', () => undefined).pause();
  socket.write(
    `POST /${listFunds} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${headers}\r\n\r\n`,
  );
  return socket;
}

const length = `content-length: ${oversized.length}`;
const chunked = 'transfer-encoding: chunked';
const close = '\r\nconnection: close';

test.each([length, length + close, chunked, chunked + close])(
  'over HTTP/1.1 with %j an oversized body gets its answer although all of it is sent first',
  async (headers) => {
    const servers = await serve();
    const socket = begin(servers.httpPort, headers);
    const isChunked = headers.startsWith(chunked);
    for (const part of parts) {
      if (isChunked) await write(socket, `${part.length.toString(16)}\r\n`);
      await write(socket, part);
      if (isChunked) await write(socket, '\r\n');
    }
    if (isChunked) await write(socket, '0\r\n\r\n');
    const answered = once(socket, 'data');
    socket.resume();
    const [answer] = (await answered) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1.1 429 [^]*MAX_MESSAGE_BYTES/);
  },
);

test('over HTTP/2 it does, too', async () => {
  const servers = await serve();
  const stream = session(servers.httpUrl).request({
    ':method': 'POST',
    ':path': `/${listFunds}`,
    'content-type': 'application/json',
  });
  let answer = '';
  stream.on('data', (chunk) => (answer += String(chunk)));
  const closed = closeOf(stream);
  for (const part of parts) if (!stream.write(part)) await once(stream, 'drain');
  stream.end();
  await closed;
  expect({ answer, code: stream.rstCode }).toEqual({ answer: expect.stringContaining('MAX_MESSAGE_BYTES'), code: 0 });
});

test.each([chunked, chunked + close])('what is sent after an answer ends, with %j', async (headers) => {
  const servers = await serve();
  const socket = begin(servers.httpPort, headers);
  const ended = new Promise((resolve) => void socket.once('close', resolve));
  const endless = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x10_00_00, 120), Buffer.from('\r\n')]);
  while (!socket.destroyed) await Promise.race([write(socket, endless).catch(() => undefined), ended]);
  await ended;
  expect(socket.bytesWritten).toBeLessThan(400 * 1024 * 1024);
});

test('a connection of many requests ends like one of few', async () => {
  const servers = await serve();
  const socket = connectTcp(servers.httpPort, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const requests = 15_000;
  const request = (last: boolean) => `GET /healthz/live HTTP/1.1\r\nhost: 127.0.0.1${last ? close : ''}\r\n\r\n`;
  let answers = '';
  socket.on('data', (chunk: Buffer) => (answers += String(chunk)));
  const ended = once(socket, 'close');
  for (let sent = 1; sent < requests; sent += 1) await write(socket, request(false));
  await write(socket, request(true));
  await ended;
  expect(answers.split('HTTP/1.1 200 ').length - 1).toBe(requests);
});
