import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { toBinary, create } from '@bufbuild/protobuf';
import { FundsService, ListFundsRequestSchema } from '@finance/contract/funds-service';
import type { RpcContext } from '../rpc-context.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { framed, rawCall, session } from '../testing/raw-call.ts';
import { CallerTime } from './caller-time.ts';
import { createThreadTime } from './thread-time.ts';

const listFunds = `${FundsService.typeName}/ListFunds`;

/** Takes the thread for so long, as reading from the index does. */
function busy(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

/** Work that cannot be interrupted, when it is the caller's turn. */
async function longWork(context: RpcContext, ms: number): Promise<void> {
  for (let turn = context.turn(); turn; turn = context.turn()) await turn;
  context.measured(() => busy(ms));
}

/** Calls from an address of this machine; page_size says for how many milliseconds each takes the thread. */
function callerAt(address: string, url: string) {
  const { hostname, port } = new URL(url);
  const session = connect(url, {
    createConnection: () => connectTcp({ host: hostname, port: Number(port), localAddress: address }),
  });
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return (pageSize: number) =>
    rawCall(session, listFunds, framed(toBinary(ListFundsRequestSchema, create(ListFundsRequestSchema, { pageSize }))));
}

test('beside a caller with 64 long calls in flight another one is answered after a few of them', async () => {
  let longCalls = 0;
  const servers = await serveFunds({
    async listFunds({ pageSize }, context) {
      // Those that wait for the same state of the database have it at once.
      await new Promise(setImmediate);
      await longWork(context, pageSize);
      if (pageSize > 0) longCalls += 1;
      return {};
    },
  });
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const greedy = callerAt('127.0.0.2', url);
    const other = callerAt('127.0.0.1', url);
    let stop = false;
    const running = Array.from({ length: 64 }, async () => {
      while (!stop) await greedy(10);
    });
    try {
      const begun = longCalls;
      while (longCalls < begun + 5) await new Promise(setImmediate);
      // The first makes the caller known.
      await other(0);
      const before = longCalls;
      const calls = 20;
      for (let call = 0; call < calls; call += 1) {
        expect((await other(0)).headers['grpc-status']).toBe('0');
        // Looked at each time, so that a greedy caller who goes first fails this at once.
        expect(longCalls - before).toBeLessThan(5 * calls);
      }
    } finally {
      stop = true;
    }
    await Promise.all(running);
  }
});

test('a caller who is alone waits for nobody, however long its calls take', async () => {
  let waits = 0;
  const servers = await serveFunds({
    async listFunds({ pageSize }, context) {
      for (let turn = context.turn(); turn; turn = context.turn(), waits += 1) await turn;
      context.measured(() => busy(pageSize));
      return {};
    },
  });
  const alone = callerAt('127.0.0.1', `http://${servers.grpcAddress}`);
  for (let call = 0; call < 20; call += 1) await alone(2);
  expect(waits).toBe(0);
});

test('what a stream uses in small pieces counts while it goes on', async () => {
  const piecesMax = 1_000;
  let pieces = 0;
  const servers = await serveFunds({
    async *exportFunds(_request, context) {
      // Each takes 0.05 ms, however busy the machine is.
      let nowMs = performance.now();
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
      const piece = () => void (nowMs += 0.05);
      for (; pieces < piecesMax && context.turn() === undefined; pieces += 1) context.measured(piece);
      clock.mockRestore();
      yield {};
    },
  });
  const opened = session(`http://${servers.grpcAddress}`);
  await rawCall(opened, `${FundsService.typeName}/ExportFunds`, framed(new Uint8Array()));
  expect(pieces).toBeGreaterThan(0);
  expect(pieces).toBeLessThan(piecesMax);
});

/** A clock that only the test moves, and with it the sweeps. */
function ownClock() {
  let nowMs = 1_000_000;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  return {
    pass: (ms: number) => {
      nowMs += ms;
      vi.advanceTimersByTime(ms);
    },
  };
}

const goesOn = (): undefined => undefined;

test('a stream that goes on for long counts as here, and has the share that its calls have', async () => {
  const clock = ownClock();
  const thread = createThreadTime();
  onTestFinished(() => thread.close());
  const stream = thread.of('exports');
  const call = () => {
    const caller = thread.of('other');
    caller.callEnded(20);
    return caller;
  };
  for (let second = 0; second < 60; second += 1) {
    stream.used(20);
    call();
    clock.pass(1_000);
  }
  expect(thread.of('exports')).toBe(stream);
  const other = call();
  await new Promise(setImmediate);
  expect(other.turn(goesOn, true)).toBeInstanceOf(Promise);
  clock.pass(1_000);
  await new Promise(setImmediate);
  expect(other.turn(goesOn, true)).toBeUndefined();
});

test('a stream that said nothing for long is here again once it does, under the share that it had', () => {
  const clock = ownClock();
  const thread = createThreadTime();
  onTestFinished(() => thread.close());
  const watch = thread.of('watch');
  clock.pass(60_000);
  expect(watch.isHere).toBe(false);
  watch.used(1);
  expect(watch.isHere).toBe(true);
  expect(thread.of('watch')).toBe(watch);
  for (let call = 0; call < 2; call += 1) watch.callEnded(0);
  clock.pass(60_000);
  expect(thread.of('watch')).not.toBe(watch);
});

test('one piece of work makes its caller pause for a second at most', () => {
  const clock = ownClock();
  const time = new CallerTime({ isAlone: false, unmeasuredMs: 0, shareOf: () => 1 / 64, used: () => undefined });
  time.used(9_000);
  time.endTurn();
  clock.pass(900);
  const waits = time.turn(goesOn, true);
  expect(waits).toBeInstanceOf(Promise);
  clock.pass(100);
  expect(time.turn(goesOn, true)).toBeUndefined();
});
