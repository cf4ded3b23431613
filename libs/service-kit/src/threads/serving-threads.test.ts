import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Client, credentials, status } from '@grpc/grpc-js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { grpcUnary } from '../test-servers.ts';

const script = fileURLToPath(new URL('../test-service.ts', import.meta.url));
const patience = { timeout: 30_000, interval: 50 };

/** Runs the test service with three threads. */
function run(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], GRPC_PORT: '0', HTTP_PORT: '0', SERVING_THREADS: '3', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const exited = once(child, 'close').then(([code]) => Number(code));
  const serving = async () => {
    await vi.waitUntil(() => output.stdout.includes('"msg":"serving"') || child.exitCode !== null, patience);
    const [, grpc = '', http = ''] = /"grpc":"([^"]+)","http":"([^"]+)"/.exec(output.stdout) ?? [];
    return { grpc, http };
  };
  return { child, output, exited, serving };
}

/** A client with a connection of its own. */
const connected = (address: string) =>
  createClient(FundsService, createGrpcTransport({ baseUrl: `http://${address}` }));

/** Clients until every thread has got one, by thread. */
async function clientOfEach(address: string, threads: number) {
  const clients = new Map<bigint, ReturnType<typeof connected>>();
  await vi.waitUntil(async () => {
    const client = connected(address);
    clients.set((await client.listFunds({})).totalSize ?? 0n, client);
    return clients.size >= threads;
  }, patience);
  return clients;
}

test('every thread answers on the one port, and one page tells the metrics of all', async () => {
  const { child, exited, serving, output } = run();
  const { grpc, http } = await serving();
  await clientOfEach(grpc, 3);
  const page = await (await fetch(`${http}/metrics`)).text();
  for (const thread of ['0', '1', '2']) {
    const name = 'finance_rpc_duration_seconds_count{rpc="finance.funds.v1.FundsService/ListFunds",code="OK"';
    expect(page).toMatch(new RegExp(`^${name},strategy="",thread="${thread}"} [1-9]`, 'm'));
    expect(page).toMatch(new RegExp(`^nodejs_eventloop_lag_p99_seconds{thread="${thread}"} \\d`, 'm'));
  }
  expect(page).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(page).toMatch(/^process_start_time_seconds \d+$/m);
  expect(page.match(/^# TYPE finance_rpc_running /gm)).toHaveLength(1);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(output.stdout.match(/database closed/g)).toHaveLength(3);
  expect(output.stderr).toBe('');
});

test('SIGTERM lets the running calls of every thread end', async () => {
  const { child, exited, serving } = run();
  const { grpc } = await serving();
  const clients = [...(await clientOfEach(grpc, 3)).values()];
  const calls = Promise.all(clients.map((client) => client.listFunds({ pageSize: 1_500 })));
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill('SIGTERM');
  expect((await calls).map(({ nextPageToken }) => nextPageToken)).toEqual(['slow', 'slow', 'slow']);
  expect(await exited).toBe(0);
});

test('SIGTERM under load loses no call that is made again on another instance', async () => {
  const instances = [run(), run()];
  const addresses = await Promise.all(instances.map(async ({ serving }) => (await serving()).grpc));
  let isOver = false;
  let calls = 0;
  const failures: unknown[] = [];
  const callers = Array.from({ length: 12 }, async () => {
    // Without a pool of its own, a client would share connections with the others.
    const clients = addresses.map(
      (address) => new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
    );
    for (; !isOver; calls += 1) {
      for (let tries = 0; ; tries += 1) {
        const client = clients[tries % clients.length]!;
        const { error } = await grpcUnary(client, FundsService.method.listFunds, { pageSize: 5 });
        if (error?.code === status.UNAVAILABLE && tries < 4) continue;
        if (error) failures.push(error);
        break;
      }
    }
    for (const client of clients) client.close();
  });
  await vi.waitUntil(() => calls > 500, patience);
  instances[0]!.child.kill('SIGTERM');
  expect(await instances[0]!.exited).toBe(0);
  const callsBefore = calls;
  await vi.waitUntil(() => calls > callsBefore + 100, patience);
  isOver = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
});

test('a thread that crashes is told and replaced; the others serve on', async () => {
  const { child, exited, serving, output } = run({ SERVING_THREADS: '2' });
  const { grpc } = await serving();
  const clients = await clientOfEach(grpc, 2);
  const crashing = [...clients].find(([thread]) => thread !== 0n)!;
  // Its running calls may end, as in the main thread.
  expect((await crashing[1].listFunds({ pageToken: 'crash', pageSize: 500 })).nextPageToken).toBe('slow');
  expect((await clients.get(0n)!.listFunds({})).nextPageToken).toBe('slow');
  const after = await clientOfEach(grpc, 2);
  expect([...after.keys()]).not.toContain(crashing[0]);
  expect(output.stdout).toMatch(/planned crash.*stopping after an uncaught error/);
  expect(output.stdout).toMatch(/"thread":1,.*a serving thread ended; it is started again/);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('a port that others listen on is refused, although it could be shared', async () => {
  const first = run();
  const { grpc } = await first.serving();
  const port = grpc.split(':')[1]!;
  const second = run({ GRPC_PORT: port });
  expect(await second.exited).toBe(1);
  expect(second.output.stderr).toBe(`port ${port} is taken: stop the other program or set GRPC_PORT\n`);
});
