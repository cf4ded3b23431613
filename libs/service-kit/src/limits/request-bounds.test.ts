import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { framed, rawCall, session } from '../testing/raw-call.ts';
import type { RawAnswer } from '../testing/raw-call.ts';
import { checkValues, valuesMax } from './message-values.ts';
import { unfold } from './unfold.ts';

const rpc = 'finance.funds.v1.FundsService/BatchGetFunds';
const check = 'grpc.health.v1.Health/Check';

/** `fund_ids` of a request, a byte each. */
function packedIds(count: number): Buffer {
  const length = [(count & 127) | 128, ((count >> 7) & 127) | 128, count >> 14];
  return Buffer.concat([Buffer.from([0x12, ...length]), Buffer.alloc(count, 1)]);
}

async function serve() {
  const state = { calls: 0 };
  const servers = await serveFunds({
    batchGetFunds: async () => {
      state.calls += 1;
      return {};
    },
  });
  return { state, servers };
}

const grpc = (answer: RawAnswer) => Number(answer.headers['grpc-status']);
const gzip = { 'grpc-encoding': 'gzip' };

test('more values than any request has are refused before they are decoded, in every protocol', async () => {
  const { servers, state } = await serve();
  const [native, http] = [session(`http://${servers.grpcAddress}`), session(servers.httpUrl)];
  const bomb = packedIds(valuesMax + 1);
  const connect = { 'content-type': 'application/proto' };
  const json = { 'content-type': 'application/json' };
  for (const opened of [native, http]) {
    expect(grpc(await rawCall(opened, rpc, framed(bomb)))).toBe(status.RESOURCE_EXHAUSTED);
    expect(grpc(await rawCall(opened, rpc, framed(gzipSync(bomb), true), gzip))).toBe(status.RESOURCE_EXHAUSTED);
    expect(grpc(await rawCall(opened, rpc, framed(packedIds(valuesMax - 10))))).toBe(status.OK);
  }
  expect(state.calls).toBe(2);
  const web = await rawCall(http, rpc, framed(bomb), { 'content-type': 'application/grpc-web+proto' });
  expect(`${web.headers['grpc-status']}${web.body.toString()}`).toContain(String(status.RESOURCE_EXHAUSTED));
  expect((await rawCall(http, rpc, bomb, connect)).headers[':status']).toBe(429);
  expect(
    (await rawCall(http, rpc, gzipSync(bomb), { ...connect, 'content-encoding': 'gzip' })).headers[':status'],
  ).toBe(429);
  const ids = Buffer.from(JSON.stringify({ fundIds: Array.from({ length: valuesMax }, () => 1) }));
  const refused = await rawCall(http, rpc, ids, json);
  expect([refused.headers[':status'], refused.body.toString()]).toEqual([
    429,
    expect.stringContaining('MESSAGE_TOO_LARGE'),
  ]);
  expect((await rawCall(http, rpc, gzipSync(ids), { ...json, 'content-encoding': 'gzip' })).headers[':status']).toBe(
    429,
  );
  expect(state.calls).toBe(2);
});

test('what unfolds out of proportion is refused, honest compression is read', async () => {
  const { servers, state } = await serve();
  // Within every other bound: letters that are no single byte.
  const nothing = Buffer.from('é'.repeat(25_000));
  const token = Buffer.concat([Buffer.from([0x22, 0xd0, 0x86, 0x03]), nothing]);
  const ids = packedIds(900);
  for (const [at, url] of [`http://${servers.grpcAddress}`, servers.httpUrl].entries()) {
    const opened = session(url);
    expect(grpc(await rawCall(opened, rpc, framed(gzipSync(token), true), gzip))).toBe(status.RESOURCE_EXHAUSTED);
    expect(grpc(await rawCall(opened, rpc, framed(gzipSync(ids), true), gzip))).toBe(status.OK);
    expect(state.calls).toBe(at + 1);
  }
});

test('a unary call of many messages is refused with the second', async () => {
  const { servers, state } = await serve();
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const many = Buffer.concat(Array.from({ length: 100 }, () => framed(gzipSync(packedIds(10)), true)));
    expect(grpc(await rawCall(session(url), rpc, many, gzip))).toBe(status.INVALID_ARGUMENT);
  }
  expect(state.calls).toBe(0);
});

test('health takes small messages and no compression', async () => {
  const { servers } = await serve();
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const opened = session(url);
    const call = async (body: Buffer, headers = {}) => grpc(await rawCall(opened, check, body, headers));
    expect(await call(framed(Buffer.alloc(0)))).toBe(status.OK);
    expect(await call(framed(gzipSync(Buffer.alloc(0)), true), gzip)).toBe(status.UNIMPLEMENTED);
    expect(await call(framed(Buffer.alloc(1_100, Buffer.from([0x10, 0x01]))))).toBe(status.RESOURCE_EXHAUSTED);
  }
});

test('values are counted wherever they are', () => {
  const unknownFields = Buffer.alloc(2 * valuesMax + 2, Buffer.from([0x78, 0x01]));
  const groups = Buffer.alloc(2 * valuesMax + 2, Buffer.from([0x13, 0x14]));
  for (const message of [packedIds(valuesMax + 1), unknownFields, groups]) {
    expect(() => checkValues(message)).toThrow(expect.objectContaining({ reason: 'MESSAGE_TOO_LARGE' }));
  }
  // A thousand ids of ten bytes.
  checkValues(Buffer.alloc(10_000, Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 255, 1])));
});

test('unfolding says what is wrong', async () => {
  const bounds = { bytesMax: 65_536, setBy: 'MAX_MESSAGE_BYTES', mayBeCompressed: true } as const;
  await expect(unfold(Buffer.from('no gzip'), 'gzip', bounds)).rejects.toThrow('cannot be decompressed');
  await expect(unfold(gzipSync(Buffer.alloc(60_000)), 'gzip', bounds)).rejects.toThrow('more than 20 times its size');
  const random = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * at * 31) % 251));
  await expect(unfold(gzipSync(random), 'gzip', { ...bounds, bytesMax: 1_000 })).rejects.toThrow('over 1000 bytes');
});
