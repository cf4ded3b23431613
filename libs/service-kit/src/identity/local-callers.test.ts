import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { describe, expect, test } from 'vitest';
import { postJson, serveFunds } from '../test-servers.ts';
import type { RunningServers } from '../start-servers.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';
import { isLoopback } from './local-callers.ts';

const path = '/finance.funds.v1.FundsService/ListFunds';
const routes = { '/figures': () => ({ status: 200, contentType: 'text/plain', body: 'figures' }) };

async function serve(HOST = '127.0.0.1') {
  const calls: unknown[] = [];
  const servers = await serveFunds(
    { listFunds: async (_, context) => (calls.push(context), {}) },
    { HOST },
    { routes },
  );
  return { servers, calls };
}

/** As a browser would send it: with any Host. */
function send(servers: RunningServers, headers: Record<string, string>, page = path): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { port: servers.httpPort, host: '127.0.0.1', path: page, headers };
    const call = request(
      {
        ...options,
        method: page === path ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (answer) => resolve((answer.resume(), answer.statusCode ?? 0)),
    );
    call.once('error', reject);
    call.end(page === path ? '{}' : undefined);
  });
}

const local = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  '127.0.0.1',
  '127.1.2.3',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
];
const foreign = [
  'evil.example',
  'localhost.evil.example',
  'evil.localhost',
  'notlocalhost',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  '127.1',
  '2130706433',
  '0.0.0.0',
  '192.168.0.1',
  '[::]',
  '[::2]',
  '[::ffff:10.0.0.1]',
  '[fe80::1]',
  'xn--localhost-',
  'localhost,evil.example',
];

describe('a server without credentials', () => {
  test('answers whoever names this machine, on any port, with health for everybody', async () => {
    const { servers, calls } = await serve();
    for (const host of local.flatMap((name) => [name, `${name}:${servers.httpPort}`, `${name}:1`])) {
      expect([host, await send(servers, { host })]).toEqual([host, 200]);
      expect([host, await send(servers, { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })]).toEqual([
        host,
        200,
      ]);
      expect([host, await send(servers, { host, 'sec-fetch-site': 'none' }, '/figures')]).toEqual([host, 200]);
    }
    expect(calls).toHaveLength(2 * 3 * local.length);
    for (const host of foreign.slice(0, 3)) expect(await send(servers, { host }, '/healthz/ready')).toBe(200);
  });

  test('refuses foreign names of this machine on calls and pages', async () => {
    const { servers, calls } = await serve();
    for (const host of foreign.flatMap((name) => [name, `${name}:${servers.httpPort}`])) {
      expect([host, await send(servers, { host })]).not.toEqual([host, 200]);
      expect([host, await send(servers, { host }, '/figures')]).not.toEqual([host, 200]);
    }
    expect(calls).toEqual([]);
    const { status, text } = await postJson(servers, path.slice(1), '{}', { origin: 'http://evil.example' });
    expect([status, text]).toEqual([403, expect.stringContaining('ORIGIN_REFUSED')]);
  });

  test('refuses what pages of other origins send', async () => {
    const { servers, calls } = await serve();
    const host = `localhost:${servers.httpPort}`;
    const origins = [
      'null',
      'http://evil.example',
      `http://evil.example:${servers.httpPort}`,
      'http://localhost',
      'http://localhost:3000',
      'https://localhost.evil.example',
      `http://user@localhost:${servers.httpPort}`,
      `http://localhost:${servers.httpPort}, http://evil.example`,
      'file://',
      `chrome-extension://localhost:${servers.httpPort}`,
    ];
    for (const origin of origins) expect([origin, await send(servers, { host, origin })]).toEqual([origin, 403]);
    for (const site of ['cross-site', 'same-site', 'Cross-Site', 'same-origin, cross-site', '']) {
      expect([site, await send(servers, { host, 'sec-fetch-site': site })]).toEqual([site, 403]);
      expect([site, await send(servers, { host, 'sec-fetch-site': site }, '/figures')]).toEqual([site, 403]);
    }
    expect(calls).toEqual([]);
  });

  test('does so on the gRPC port and over HTTP/2, too', async () => {
    const { servers, calls } = await serve();
    for (const baseUrl of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
      const transport = createGrpcTransport({ baseUrl });
      const funds = createClient(FundsService, transport);
      await funds.listFunds({});
      for (const [name, value] of [
        ['origin', 'http://evil.example'],
        ['sec-fetch-site', 'cross-site'],
      ] as const) {
        const headers = { [name]: value };
        await expect(funds.listFunds({}, { headers })).rejects.toThrow('[permission_denied]');
        await createClient(Health, transport).check({}, { headers });
      }
      for (const authority of ['evil.example', `localhost.evil:${servers.grpcPort}`]) {
        expect(await grpcStatus(baseUrl, authority)).toBe('7');
      }
      expect(await grpcStatus(baseUrl, `LOCALHOST:${servers.grpcPort}`)).not.toBe('7');
    }
    expect(calls).toHaveLength(4);
  });

  test('starts on every spelling of a loopback address and on nothing else', async () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'])
      expect([host, isLoopback(host)]).toEqual([host, true]);
    for (const host of [
      '0.0.0.0',
      '::',
      '10.0.0.1',
      'example.com',
      '127.0.0.1.example.com',
      'localhost.example.com',
      '',
    ])
      expect([host, isLoopback(host)]).toEqual([host, false]);
    const { servers } = await serve('::1');
    expect((await fetch(`${servers.httpUrl}/figures`)).status).toBe(200);
  });

  test('with credentials a server may have any name', async () => {
    const files = temporaryFiles({
      keys: JSON.stringify([
        {
          subject: 'gateway',
          capabilities: ['act-as-any-viewer'],
          keysSha256: [createHash('sha256').update('key').digest('hex')],
        },
      ]),
    });
    const servers = await serveFunds(
      { listFunds: async () => ({}) },
      { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: files.keys },
    );
    const headers = { authorization: 'Bearer key', host: 'finance.example', origin: 'https://app.example' };
    expect(await send(servers, headers)).toBe(200);
  });
});

/** The status of a call with any `:authority`. */
async function grpcStatus(baseUrl: string, authority: string): Promise<string | undefined> {
  const session = connect(baseUrl);
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    ':authority': authority,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
  });
  const seen: Record<string, unknown> = {};
  stream.on('response', (headers) => Object.assign(seen, headers));
  stream.on('trailers', (headers) => Object.assign(seen, headers));
  stream.resume().end(Buffer.alloc(5));
  await new Promise((resolve) => stream.once('close', resolve));
  session.destroy();
  return seen['grpc-status'] === undefined ? undefined : String(seen['grpc-status']);
}
