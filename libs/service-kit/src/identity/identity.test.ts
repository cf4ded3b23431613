import { createHash, randomBytes } from 'node:crypto';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { ServerReflection } from '@finance/contract/grpc-reflection-v1';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { detailsOf, grpcClient, grpcUnary, postJson, serveFunds } from '../test-servers.ts';
import type { RunningServers } from '../start-servers.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';
import type { Caller } from './caller.ts';

const rpc = (name: string) => `finance.funds.v1.FundsService/${name}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const keys = {
  gateway: randomBytes(32).toString('hex'),
  next: randomBytes(32).toString('hex'),
  person: 'p'.repeat(64),
  scraper: 's'.repeat(64),
};

function credentials() {
  return temporaryFiles({
    'credentials.json': JSON.stringify([
      {
        subject: 'gateway',
        capabilities: ['act-as-any-viewer'],
        keysSha256: [sha256(keys.gateway), sha256(keys.next)],
      },
      { subject: 'person', userId: '7', capabilities: ['act-as-self'], keysSha256: [sha256(keys.person)] },
      { subject: 'scraper', capabilities: ['read-metrics'], keysSha256: [sha256(keys.scraper)] },
    ]),
  })['credentials.json'];
}

async function serve(more: Parameters<typeof serveFunds>[2] = {}) {
  const callers: Caller[] = [];
  const servers = await serveFunds(
    {
      listFunds: async (_request, { caller }) => (callers.push(caller), {}),
      deleteFund: async (_request, { caller }) => (callers.push(caller), {}),
      async *exportFunds(_request, { caller }) {
        callers.push(caller);
        yield {};
      },
    },
    { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: credentials() },
    more,
  );
  return { servers, callers };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function* question() {
  yield { messageRequest: { case: 'listServices', value: '' } } as const;
}

function clients(servers: RunningServers) {
  const baseUrl = servers.httpUrl;
  return [
    createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
    createGrpcTransport({ baseUrl }),
    createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
    createConnectTransport({ baseUrl, httpVersion: '2' }),
    createConnectTransport({ baseUrl, httpVersion: '1.1' }),
  ].map((transport) => ({
    funds: createClient(FundsService, transport),
    health: createClient(Health, transport),
    reflection: createClient(ServerReflection, transport),
  }));
}

describe('with preshared keys', () => {
  test('each key of a caller admits it, over every transport, and its handler knows it', async () => {
    const { servers, callers } = await serve();
    for (const { funds } of clients(servers)) {
      for (const key of [keys.gateway, keys.next])
        await funds.listFunds({ viewerUserId: 9n }, { headers: bearer(key) });
    }
    expect(callers).toHaveLength(10);
    for (const caller of callers) {
      expect(caller).toMatchObject({ subject: 'gateway', userId: undefined });
      expect([...caller.capabilities]).toEqual(['act-as-any-viewer']);
    }
    const lines = servers.lines.filter((line) => line['msg'] === 'call');
    for (const line of lines) expect(line).toMatchObject({ caller: 'gateway' });
    expect(JSON.stringify(servers.lines)).not.toContain(keys.gateway);
  });

  test('no key, a wrong one, or another scheme is UNAUTHENTICATED before the request is read', async () => {
    const { servers, callers } = await serve();
    const wrong = [
      {},
      bearer('x'),
      bearer(`${keys.gateway}x`),
      bearer(keys.gateway.slice(1)),
      bearer(sha256(keys.gateway)),
      bearer('x'.repeat(9_000)),
      { authorization: `Basic ${keys.gateway}` },
      { authorization: `Bearer ${keys.gateway} ${keys.next}` },
      { 'x-authorization': `Bearer ${keys.gateway}` },
    ];
    const client = grpcClient(servers);
    for (const headers of wrong) {
      const { error } = await grpcUnary(client, FundsService.method.listFunds, Buffer.from('ff', 'hex'), { headers });
      expect([headers, error?.code]).toEqual([headers, status.UNAUTHENTICATED]);
      expect(detailsOf(error)).toMatchObject([{ reason: 'CREDENTIAL_INVALID' }]);
      const json = await postJson(servers, rpc('ListFunds'), '{not json', headers);
      expect([json.status, JSON.parse(json.text)]).toMatchObject([401, { code: 'unauthenticated' }]);
      expect(json.text).toContain('CREDENTIAL_INVALID');
    }
    for (const { funds } of clients(servers)) {
      await expect(funds.listFunds({})).rejects.toMatchObject({ rawMessage: expect.stringContaining('Bearer') });
      await expect(funds.exportFunds({})[Symbol.asyncIterator]().next()).rejects.toThrow('[unauthenticated]');
    }
    expect(callers).toEqual([]);
    const refused = servers.lines.filter((line) => line['msg'] === 'call refused');
    expect(refused).toHaveLength(2 * wrong.length + 10);
    for (const line of refused) expect(line).toMatchObject({ reason: 'CREDENTIAL_INVALID' });
  });

  test('health stays open, reflection asks for any key, pages for one with read-metrics', async () => {
    const routes = { '/metrics': () => ({ status: 200, contentType: 'text/plain', body: 'figures' }) };
    const { servers } = await serve({ routes });
    for (const [index, { health, reflection }] of clients(servers).entries()) {
      expect((await health.check({})).status).toBe(1);
      // Reflection streams both ways, which HTTP/1.1 cannot.
      if (index === 2 || index === 4) continue;
      const ask = async (headers: Record<string, string>) => {
        const answers = reflection.serverReflectionInfo(question(), { headers });
        return (await answers[Symbol.asyncIterator]().next()).value?.messageResponse.case;
      };
      await expect(ask({})).rejects.toThrow('[unauthenticated]');
      expect(await ask(bearer(keys.person))).toBe('listServicesResponse');
    }
    expect((await fetch(`${servers.httpUrl}/healthz/live`)).status).toBe(200);
    expect((await fetch(`${servers.httpUrl}/metrics`)).status).toBe(401);
    for (const key of [keys.person, keys.gateway])
      expect((await fetch(`${servers.httpUrl}/metrics`, { headers: bearer(key) })).status).toBe(403);
    const metrics = await fetch(`${servers.httpUrl}/metrics`, { headers: bearer(keys.scraper) });
    expect([metrics.status, await metrics.text()]).toEqual([200, 'figures']);
    for (const { funds } of clients(servers))
      await expect(funds.listFunds({}, { headers: bearer(keys.scraper) })).rejects.toThrow('[permission_denied]');
  });

  test('pages are on ADMIN_PORT alone where there is one, and calls are not there', async () => {
    const config = { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: credentials(), ADMIN_PORT: 0 } as const;
    const servers = await serveFunds({ listFunds: async () => ({}) }, config);
    const statusOf = async (url: string, key?: string) =>
      (await fetch(url, key === undefined ? {} : { headers: bearer(key) })).status;
    for (const page of ['/healthz/live', '/healthz/ready']) {
      expect(await statusOf(`${servers.adminUrl}${page}`)).toBe(200);
      expect(await statusOf(`${servers.httpUrl}${page}`)).toBe(404);
    }
    expect(await statusOf(`${servers.httpUrl}/metrics`, keys.scraper)).toBe(404);
    expect(await statusOf(`${servers.adminUrl}/metrics`)).toBe(401);
    expect(await statusOf(`${servers.adminUrl}/metrics`, keys.person)).toBe(403);
    expect(await statusOf(`${servers.adminUrl}/metrics`, keys.scraper)).toBe(200);
    expect((await postJson(servers, rpc('ListFunds'), '{}', bearer(keys.gateway))).status).toBe(200);
    const elsewhere = { ...servers, httpUrl: servers.adminUrl };
    expect((await postJson(elsewhere, rpc('ListFunds'), '{}', bearer(keys.gateway))).status).toBe(404);
  });

  test('a caller that acts as itself reaches no other viewer, and nobody what it has no capability for', async () => {
    const { servers, callers } = await serve();
    for (const { funds } of clients(servers)) {
      const person = { headers: bearer(keys.person) };
      await funds.listFunds({ viewerUserId: 7n }, person);
      for await (const _ of funds.exportFunds({ viewerUserId: 7n }, person)) void _;
      for (const viewerUserId of [0n, 6n, -7n, 8n]) {
        await expect(funds.listFunds({ viewerUserId }, person)).rejects.toThrow('[permission_denied]');
        const answers = funds.exportFunds({ viewerUserId }, person)[Symbol.asyncIterator]();
        await expect(answers.next()).rejects.toThrow('[permission_denied]');
      }
      for (const key of [keys.person, keys.gateway]) {
        await expect(funds.deleteFund({ fundId: 1n }, { headers: bearer(key) })).rejects.toMatchObject({
          rawMessage: 'this credential may not do that: it takes write-funds',
        });
      }
    }
    expect(callers).toHaveLength(10);
  });
});

describe('without credentials', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com'])(
    'a server on %s does not start',
    async (HOST) => {
      await expect(serveFunds({}, { HOST })).rejects.toThrow('set AUTH_MODE to keys, jwt or mtls');
    },
  );

  test('a server on a loopback address serves anybody with everything', async () => {
    for (const HOST of ['127.0.0.1', 'localhost']) {
      const servers = await serveFunds({ deleteFund: async () => ({}) }, { HOST });
      expect((await postJson(servers, rpc('DeleteFund'), '{}')).status).toBe(200);
    }
  });
});
