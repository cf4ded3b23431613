import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

let proxy: FaultProxy;
const serverSockets = new Set<Socket>();
const echo = createServer((socket) => {
  serverSockets.add(socket);
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
const clients: Socket[] = [];

beforeEach(async () => {
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const socket of [...clients.splice(0), ...serverSockets]) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

/** A client that keeps what it got and how it ended. */
async function connected() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  clients.push(socket);
  const seen = { text: '', ended: '' };
  socket.setEncoding('latin1').on('data', (piece: string) => (seen.text += piece));
  socket.on('end', () => (seen.ended ||= 'end'));
  socket.on('error', (error) => (seen.ended = 'code' in error ? String(error.code) : error.message));
  await once(socket, 'connect').catch(() => undefined);
  return { seen, say: (text: string) => socket.write(text) };
}
const silence = () => sleep(60);

it('passes everything on, and knows its address in a URL', async () => {
  const { seen, say } = await connected();
  say('hello');
  await expect.poll(() => seen.text).toBe('hello');
  expect(proxy.openConnections).toBe(1);
  expect(proxy.urlThrough('mysql://u:p@db:3306/finance')).toBe(`mysql://u:p@127.0.0.1:${proxy.port}/finance`);
});

it('refuse resets what is open and refuses what is new, until it is over', async () => {
  const { seen } = await connected();
  await proxy.set({ kind: 'refuse' });
  await expect.poll(() => seen.ended).toBe('ECONNRESET');
  expect((await connected()).seen.ended).toBe('ECONNREFUSED');
  await proxy.set({ kind: 'none' });
  const again = await connected();
  again.say('back');
  await expect.poll(() => again.seen.text).toBe('back');
});

it('latency holds pieces back in order', async () => {
  const { seen, say } = await connected();
  await proxy.set({ kind: 'latency', delayMs: 100 });
  const startedAt = performance.now();
  say('a');
  await sleep(10);
  say('b');
  await expect.poll(() => seen.text, { interval: 5 }).toBe('ab');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
});

it('a black hole accepts, answers nothing, and gives nothing back afterwards', async () => {
  await proxy.set({ kind: 'blackhole' });
  const { seen, say } = await connected();
  say('lost');
  await silence();
  expect(seen).toEqual({ text: '', ended: '' });
  await proxy.set({ kind: 'none' });
  say('found');
  await expect.poll(() => seen.text).toBe('found');
});

it('halt swallows from a text on', async () => {
  await proxy.set({ kind: 'halt', at: 'two' });
  const { seen, say } = await connected();
  say('one');
  await expect.poll(() => seen.text).toBe('one');
  say('two');
  await silence();
  say('three');
  await silence();
  expect(seen).toEqual({ text: 'one', ended: '' });
});

it('reset comes with the first word', async () => {
  await proxy.set({ kind: 'reset' });
  const { seen, say } = await connected();
  say('x');
  await expect.poll(() => seen.ended).toBe('ECONNRESET');
});

it('half-open: the server’s side has gone and the client is not told', async () => {
  const { seen, say } = await connected();
  say('x');
  await expect.poll(() => seen.text).toBe('x');
  await proxy.set({ kind: 'half-open' });
  await expect.poll(() => [...serverSockets].every((socket) => socket.destroyed)).toBe(true);
  say('y');
  await silence();
  expect(seen).toEqual({ text: 'x', ended: '' });
});

it('cut passes so many bytes and resets in the middle of an answer', async () => {
  await proxy.set({ kind: 'cut', afterBytes: 7 });
  const { seen, say } = await connected();
  say('0123456789');
  await expect.poll(() => seen.ended).toBe('ECONNRESET');
  expect('0123456'.startsWith(seen.text)).toBe(true);
});

it('garbage answers what was never said', async () => {
  await proxy.set({ kind: 'garbage' });
  const { seen, say } = await connected();
  say('x');
  await expect.poll(() => seen.text.length).toBeGreaterThan(100);
});

it('switches to another server, for new connections only or for all', async () => {
  const other = createServer((socket) => void socket.end('other'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = { host: '127.0.0.1', port: (other.address() as AddressInfo).port };
  const { seen, say } = await connected();
  proxy.switchTo(address, 'leave');
  say('hello');
  await expect.poll(() => seen.text).toBe('hello');
  const later = await connected();
  await expect.poll(() => later.seen.text).toBe('other');
  proxy.switchTo(address, 'reset');
  await expect.poll(() => seen.ended).toBe('ECONNRESET');
  await new Promise((resolve) => other.close(resolve));
});
