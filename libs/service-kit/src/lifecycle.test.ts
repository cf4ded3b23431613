import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finance/contract/grpc-health';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { StartupError } from './startup-error.ts';
import { temporaryFiles } from './testing/temporary-files.ts';
import { grpcClient, grpcUnary, postJson, serveFunds } from './test-servers.ts';

const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const service = fileURLToPath(new URL('./test-service.ts', import.meta.url));

async function takenPort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  return (other.address() as AddressInfo).port;
}

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [service], {
    env: { PATH: process.env['PATH'], GRPC_PORT: '0', HTTP_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr!.on('data', (chunk) => (output.stderr += String(chunk)));
  const until = async (text: string) => {
    while (!output.stdout.includes(text)) {
      if (child.exitCode !== null) throw new Error(`exited: ${output.stderr}`);
      await sleep(10);
    }
    return output.stdout;
  };
  const exited = once(child, 'exit').then(([code]) => Number(code));
  return { child, output, until, exited };
}

test('closing lets running calls end and refuses new ones', async () => {
  const servers = await serveFunds(
    {
      listFunds: async () => {
        await sleep(200);
        return { nextPageToken: 'drained' };
      },
    },
    { SHUTDOWN_GRACE_MS: 5_000 },
  );
  const client = grpcClient(servers);
  const h2 = createClient(FundsService, createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2' }));
  const running = [
    grpcUnary(client, FundsService.method.listFunds, {}).then(({ message }) => message?.nextPageToken),
    postJson(servers, listFunds, '{}').then(({ text }) => JSON.parse(text).nextPageToken),
    h2.listFunds({}).then(({ nextPageToken }) => nextPageToken),
  ];
  await sleep(100);
  const startedMs = performance.now();
  const closed = servers.close();
  expect(servers.health.serving).toBe(false);
  await sleep(10);
  await expect(fetch(`${servers.httpUrl}/healthz/live`)).rejects.toThrow('fetch failed');
  const [refused] = await once(connect(servers.grpcPort, '127.0.0.1'), 'error').catch((error: Error) => [error]);
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  expect(await Promise.all(running)).toEqual(['drained', 'drained', 'drained']);
  await closed;
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a call that outlives the grace ends with a reason and its signal aborts', async () => {
  const reasons: unknown[] = [];
  const servers = await serveFunds(
    {
      listFunds: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason);
          });
        }),
    },
    { SHUTDOWN_GRACE_MS: 100 },
  );
  const calls = [
    grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}).then(({ error }) => error?.code),
    postJson(servers, listFunds, '{}').then(({ status: httpStatus }) => httpStatus),
  ];
  await sleep(50);
  const startedMs = performance.now();
  await servers.close();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(await Promise.all(calls)).toEqual([status.UNAVAILABLE, 503]);
  expect(reasons).toMatchObject([{ reason: 'SERVER_SHUTTING_DOWN' }, { reason: 'SERVER_SHUTTING_DOWN' }]);
});

test('a connection that has sent nothing does not hold up closing, one that hangs only for the grace', async () => {
  for (const hung of [false, true]) {
    const servers = await serveFunds({}, { SHUTDOWN_GRACE_MS: hung ? 100 : 5_000 });
    const sockets = [servers.grpcPort, servers.httpPort, servers.httpPort].map((port) => connect(port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    sockets[2]?.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0');
    if (!hung) for (const socket of sockets) socket.resume();
    await sleep(20);
    const startedMs = performance.now();
    await servers.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    for (const socket of sockets) socket.destroy();
  }
});

test('idle keep-alive connections do not hold up closing', async () => {
  const servers = await serveFunds({ listFunds: async () => ({}) }, { SHUTDOWN_GRACE_MS: 5_000 });
  await postJson(servers, listFunds, '{}');
  await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {});
  const startedMs = performance.now();
  await servers.close();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a taken port is one clear line that names the setting, and frees the other port', async () => {
  const port = await takenPort();
  const failed = async (config: object) => serveFunds({}, config).catch((error: unknown) => error);
  const grpc = await failed({ GRPC_PORT: port });
  expect(grpc).toBeInstanceOf(StartupError);
  expect(grpc).toMatchObject({ message: `port ${port} is taken: stop the other program or set GRPC_PORT` });
  const http = await failed({ HTTP_PORT: port });
  expect(http).toMatchObject({ message: `port ${port} is taken: stop the other program or set HTTP_PORT` });
  expect(
    await failed({
      HOST: 'elsewhere.invalid',
      AUTH_MODE: 'jwt',
      AUTH_JWKS: 'none',
      AUTH_JWT_ISSUER: 'i',
      AUTH_JWT_AUDIENCE: 'a',
    }),
  ).toMatchObject({
    message: 'elsewhere.invalid is not an address of this machine: set HOST',
  });
});

test('a service in a process drains on SIGTERM, then closes what it uses, then exits 0', async () => {
  const { child, until, exited, output } = run({});
  const [, url] = /"http":"([^"]+)"/.exec(await until('"msg":"serving"')) ?? [];
  const call = fetch(`${url}/${listFunds}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"pageSize":300}',
  }).then((response) => response.json());
  await sleep(100);
  child.kill('SIGTERM');
  expect(await call).toMatchObject({ nextPageToken: 'slow' });
  expect(await exited).toBe(0);
  expect(output.stdout.indexOf('"code":"OK"')).toBeLessThan(output.stdout.indexOf('database closed'));
  expect(output.stderr).toBe('');
});

test('with the defaults, a call that does not end holds up the exit for less than 10 s', async () => {
  const { child, until, exited } = run({});
  const [, url] = /"http":"([^"]+)"/.exec(await until('"msg":"serving"')) ?? [];
  const call = fetch(`${url}/${listFunds}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"pageSize":25000}',
  });
  await sleep(100);
  const startedMs = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect((await call).status).toBe(503);
});

/** What a balancer's check and a caller meet; each by a connection of its own. */
async function meet(url: string) {
  const ready = await fetch(`${url}/healthz/ready`);
  const call = await fetch(`${url}/${listFunds}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: '{}',
  });
  return { ready: ready.status, call: call.status, connection: call.headers.get('connection') };
}

test('while it drains, health says NOT_SERVING on both ports and calls are still answered', async () => {
  const servers = await serveFunds({ listFunds: async () => ({ nextPageToken: 'served' }) });
  const transports = [
    createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2' }),
  ];
  expect(await meet(servers.httpUrl)).toEqual({ ready: 200, call: 200, connection: 'keep-alive' });
  const watches = transports.map((transport) => createClient(Health, transport).watch({})[Symbol.asyncIterator]());
  const next = async () =>
    Promise.all(watches.map(async (watch) => ((await watch.next()).value as { status: number }).status));
  expect(await next()).toEqual([Status.SERVING, Status.SERVING]);
  const closed = servers.close(2_000);
  expect(await next()).toEqual([Status.NOT_SERVING, Status.NOT_SERVING]);
  // Proxies must not keep a connection that is about to close.
  expect(await meet(servers.httpUrl)).toEqual({ ready: 503, call: 200, connection: 'close' });
  for (const service of ['', FundsService.typeName]) {
    for (const transport of transports) {
      expect((await createClient(Health, transport).check({ service })).status).toBe(Status.NOT_SERVING);
      expect((await createClient(FundsService, transport).listFunds({})).nextPageToken).toBe('served');
    }
  }
  await closed;
  await expect(fetch(servers.httpUrl)).rejects.toThrow('fetch failed');
});

test('a process drains after SIGTERM, by default where others reach it, and not after Ctrl-C', async () => {
  const credentials = temporaryFiles({
    'keys.json': JSON.stringify([
      {
        subject: 'a',
        capabilities: ['act-as-any-viewer'],
        keysSha256: [createHash('sha256').update('key').digest('hex')],
      },
    ]),
  });
  const open = { HOST: '0.0.0.0', AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: credentials['keys.json'] };
  for (const env of [{ SHUTDOWN_DRAIN_MS: '60000' }, open]) {
    const { child, until, exited } = run(env);
    const [, port] = /"http":"[^"]+:(\d+)"/.exec(await until('"msg":"serving"')) ?? [];
    child.kill('SIGTERM');
    await until('"msg":"stopping"');
    expect(await meet(`http://127.0.0.1:${port}`)).toEqual({ ready: 503, call: 200, connection: 'close' });
    child.kill('SIGTERM');
    expect(await exited, 'a second signal').toBe(1);
  }
  const { child, until, exited } = run({ SHUTDOWN_DRAIN_MS: '60000' });
  await until('"msg":"serving"');
  child.kill('SIGINT');
  expect(await exited).toBe(0);
});

test('a second signal exits at once', async () => {
  const { child, until, exited } = run({});
  const [, url] = /"http":"([^"]+)"/.exec(await until('"msg":"serving"')) ?? [];
  fetch(`${url}/${listFunds}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"pageSize":8000}',
  }).catch(() => undefined);
  await sleep(100);
  child.kill('SIGTERM');
  await until('"msg":"stopping"');
  const startedMs = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(1);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a service in a process tells its parent where it serves, whatever it logs, and outlives a parent that left', async () => {
  const { child } = run({ LOG_LEVEL: 'silent' });
  const [{ http }] = (await once(child, 'message')) as [{ http: string }];
  expect((await fetch(`${http}/healthz/live`)).status).toBe(200);
  const orphan = run({});
  orphan.child.disconnect();
  await orphan.until('serving');
  await sleep(100);
  orphan.child.kill('SIGTERM');
  expect(await orphan.exited).toBe(0);
  expect(orphan.output.stdout).not.toContain('uncaught');
});

test('a service in a process that cannot start says why on stderr and exits 1', async () => {
  const port = await takenPort();
  const taken = run({ HTTP_PORT: String(port) });
  expect(await taken.exited).toBe(1);
  expect(taken.output.stderr).toBe(`port ${port} is taken: stop the other program or set HTTP_PORT\n`);
  expect(taken.output.stdout).toContain('database closed');
  const takenGrpc = run({ GRPC_PORT: String(port) });
  expect(await takenGrpc.exited).toBe(1);
  expect(takenGrpc.output.stderr).toBe(`port ${port} is taken: stop the other program or set GRPC_PORT\n`);
  const misconfigured = run({ GRPC_PORT: 'x', LOG_LEVEL: 'loud' });
  expect(await misconfigured.exited).toBe(1);
  expect(misconfigured.output.stderr.trim().split('\n')).toEqual([
    'GRPC_PORT: must be a whole number from 0 to 65535, not "x"',
    'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
  ]);
});
