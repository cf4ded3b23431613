import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { toBinary, create } from '@bufbuild/protobuf';
import { FundsService, ListFundsRequestSchema } from '@finance/contract/funds-service';
import type { RpcContext } from '../rpc-context.ts';
import { expect, onTestFinished, test } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { framed, rawCall } from '../testing/raw-call.ts';

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
    const begun = longCalls;
    while (longCalls < begun + 5) await new Promise(setImmediate);
    // The first makes the caller known.
    await other(0);
    const before = longCalls;
    const calls = 20;
    for (let call = 0; call < calls; call += 1) {
      expect((await other(0)).headers['grpc-status']).toBe('0');
    }
    expect((longCalls - before) / calls).toBeLessThan(5);
    stop = true;
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
