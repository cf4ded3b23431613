import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { aborted, serveFunds } from '../test-servers.ts';
import { createAuthority, type TestCertificate } from '../testing/certificates.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';

const patience = { timeout: 30_000, interval: 50 };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const keyOf = (subject: string, ...keys: string[]) => ({
  subject,
  capabilities: ['act-as-any-viewer', 'read-metrics'],
  keysSha256: keys.map(sha256),
});

/** Serves pages, and exports that never end by themselves. */
const handlers = {
  listFunds: async () => ({}),
  async *exportFunds(_request: unknown, { signal }: { readonly signal: AbortSignal }) {
    yield {};
    throw await aborted(signal);
  },
};

type Funds = ReturnType<typeof createClient<typeof FundsService>>;

/** Begins an export and tells, once it has an answer, how it ends. */
async function stream(funds: Funds, headers: Record<string, string> = {}): Promise<{ readonly end: Promise<string> }> {
  const answers = funds.exportFunds({}, { headers })[Symbol.asyncIterator]();
  await answers.next();
  return { end: answers.next().then(() => 'more', String) };
}

const pending = async (end: Promise<string>) => Promise.race([end, new Promise((done) => setImmediate(done, 'runs'))]);

describe('a credentials file that changes', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  async function serve() {
    const files = temporaryFiles({ credentials: JSON.stringify([keyOf('gateway', 'old'), keyOf('other', 'kept')]) });
    const servers = await serveFunds(handlers, { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: files.credentials });
    const clients = [
      createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }),
      createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '1.1' }),
    ].map((transport) => createClient(FundsService, transport));
    const admits = (key: string) =>
      clients[0]!.listFunds({}, { headers: bearer(key) }).then(
        () => true,
        () => false,
      );
    return { file: files.credentials, servers, clients, admits };
  }

  test('admits new keys and refuses removed ones, whose streams end and no others', async () => {
    const { file, clients, admits } = await serve();
    const [removed, kept] = [
      await Promise.all(clients.map((funds) => stream(funds, bearer('old')))),
      await Promise.all(clients.map((funds) => stream(funds, bearer('kept')))),
    ];
    writeFileSync(file, JSON.stringify([keyOf('gateway', 'old', 'new'), keyOf('other', 'kept')]));
    await vi.waitUntil(() => admits('new'), patience);
    expect(await admits('old')).toBe(true);
    for (const { end } of removed) expect(await pending(end)).toBe('runs');
    writeFileSync(`${file}.next`, JSON.stringify([keyOf('gateway', 'new'), keyOf('other', 'kept')]));
    renameSync(`${file}.next`, file);
    await vi.waitUntil(async () => !(await admits('old')), patience);
    for (const { end } of removed) expect(await end).toMatch(/\[unauthenticated\] the credential .* counts no longer/);
    for (const { end } of kept) expect(await pending(end)).toBe('runs');
    expect(await admits('kept')).toBe(true);
  });

  test('into something that cannot be taken keeps what was, loudly, until it is mended', async () => {
    const { file, servers, admits } = await serve();
    const refused = async () =>
      (await fetch(`${servers.httpUrl}/metrics`, { headers: bearer('kept') }).then((page) => page.text())).includes(
        'finance_identity_files_refused 1',
      );
    for (const broken of ['[{', '[]', JSON.stringify([{ subject: 'x', capabilities: ['root'] }])]) {
      writeFileSync(file, broken);
      await vi.waitUntil(refused, patience);
      expect(await admits('old')).toBe(true);
      writeFileSync(file, JSON.stringify([keyOf('gateway', 'old'), keyOf('other', 'kept', broken)]));
      await vi.waitUntil(async () => !(await refused()), patience);
    }
    rmSync(file);
    await vi.waitUntil(refused, patience);
    expect(await admits('old')).toBe(true);
    const errors = servers.lines.filter(({ level }) => level === 50);
    expect(errors).toHaveLength(4);
    for (const line of errors) expect(line).toMatchObject({ setting: 'AUTH_CREDENTIALS_FILE' });
  });
});

describe('a file of issuer keys that changes', () => {
  const issuer = 'https://id.test/';
  const pair = (kid: string) => ({ kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
  const keySet = async (...keys: readonly { kid: string; publicKey: KeyObject }[]) =>
    JSON.stringify({
      keys: await Promise.all(keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid }))),
    });
  const bearer = async ({ kid, privateKey }: { kid: string; privateKey: KeyObject }, lifeSeconds = 300) => ({
    authorization: `Bearer ${await new SignJWT({
      iss: issuer,
      aud: 'finance',
      sub: 's',
      scope: 'act-as-any-viewer',
      exp: Math.floor(Date.now() / 1000) + lifeSeconds,
    })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey)}`,
  });

  test('ends what the tokens of a removed key have begun, and a token that expires does alike', async () => {
    const [old, next] = [pair('old'), pair('next')];
    const files = temporaryFiles({ jwks: await keySet(old, next) });
    const config = { AUTH_JWKS: files.jwks, AUTH_JWT_ISSUER: issuer, AUTH_JWT_AUDIENCE: 'finance' };
    const servers = await serveFunds(handlers, { AUTH_MODE: 'jwt', ...config, AUTH_JWT_CLOCK_SKEW_S: 0 });
    const funds = createClient(FundsService, createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` }));
    const [removed, kept, brief] = [await bearer(old), await bearer(next), await bearer(next, 2)];
    const streams = { removed: await stream(funds, removed), kept: await stream(funds, kept) };
    expect(await (await stream(funds, brief)).end).toContain('[unauthenticated]');
    writeFileSync(files.jwks, await keySet(next));
    expect(await streams.removed.end).toContain('[unauthenticated]');
    await expect(funds.listFunds({}, { headers: removed })).rejects.toThrow('[unauthenticated]');
    await funds.listFunds({}, { headers: kept });
    expect(await pending(streams.kept.end)).toBe('runs');
  });
});

describe('TLS files that change', () => {
  const servers = createAuthority('servers');
  const [clients, others] = [createAuthority('clients'), createAuthority('others')];
  const names = ['IP:127.0.0.1', 'DNS:localhost'];
  const gateway = { subject: 'gateway', capabilities: ['act-as-any-viewer'], certificates: ['DNS:gateway'] };

  async function serve() {
    const first = servers.issue({ names });
    const files = temporaryFiles({
      crt: first.cert,
      key: first.key,
      ca: clients.cert,
      credentials: JSON.stringify([gateway]),
    });
    const running = await serveFunds(handlers, {
      AUTH_MODE: 'mtls',
      AUTH_CREDENTIALS_FILE: files.credentials,
      TLS_CERT_FILE: files.crt,
      TLS_KEY_FILE: files.key,
      TLS_CLIENT_CA_FILE: files.ca,
    });
    const client = (certificate: TestCertificate) =>
      createClient(
        FundsService,
        createGrpcTransport({
          baseUrl: `https://${running.grpcAddress}`,
          nodeOptions: { ca: servers.cert, ...certificate },
        }),
      );
    return { files, running, client };
  }

  test('are shown to connections that begin afterwards, on both ports', async () => {
    const { files, running } = await serve();
    const shown = (port: number) =>
      new Promise<string>((resolve) => {
        const socket = connectTls({ port, host: '127.0.0.1', ca: servers.cert, ALPNProtocols: ['h2'] }, () => {
          resolve(socket.getPeerX509Certificate()?.serialNumber ?? '');
          socket.destroy();
        });
      });
    const ports = [running.grpcPort, running.httpPort];
    const before = await Promise.all(ports.map(shown));
    const next = servers.issue({ names });
    // The key comes later: until then they do not belong together.
    writeFileSync(files.crt, next.cert);
    await vi.waitUntil(() => running.lines.some(({ level }) => level === 50), patience);
    expect(await Promise.all(ports.map(shown))).toEqual(before);
    writeFileSync(files.key, next.key);
    await vi.waitUntil(
      async () => (await Promise.all(ports.map(shown))).every((each, i) => each !== before[i]),
      patience,
    );
  });

  test('end the connections of an authority that is accepted no longer, and of a name that is known no longer', async () => {
    const { files, client } = await serve();
    const [ours, theirs] = [clients.issue({ names: ['DNS:gateway'] }), others.issue({ names: ['DNS:gateway'] })];
    const old = await stream(client(ours));
    await expect(client(theirs).listFunds({})).rejects.toThrow('[unauthenticated]');
    writeFileSync(files.ca, `${clients.cert}\n${others.cert}`);
    const admits = (certificate: TestCertificate) =>
      client(certificate)
        .listFunds({})
        .then(
          () => true,
          () => false,
        );
    await vi.waitUntil(() => admits(theirs), patience);
    expect(await pending(old.end)).toBe('runs');
    const next = await stream(client(theirs));
    writeFileSync(files.ca, others.cert);
    expect(await old.end).toMatch(/unauthenticated|unavailable|aborted|canceled/);
    await vi.waitUntil(async () => !(await admits(ours)), patience);
    expect(await pending(next.end)).toBe('runs');
    writeFileSync(files.credentials, JSON.stringify([{ ...gateway, certificates: ['DNS:other'] }]));
    expect(await next.end).toContain('[unauthenticated]');
    expect(await admits(theirs)).toBe(false);
  });

  test('count for a connection that has not called before the change, too', async () => {
    const { files, running, client } = await serve();
    const transportOf = (baseUrl: string, certificate: TestCertificate) =>
      createGrpcTransport({ baseUrl, nodeOptions: { ca: servers.cert, ...certificate } });
    const ours = clients.issue({ names: ['DNS:gateway'] });
    const quiet = [`https://${running.grpcAddress}`, running.httpUrl].map((url) => transportOf(url, ours));
    const watches = quiet.map((transport) => createClient(Health, transport).watch({})[Symbol.asyncIterator]());
    for (const watch of watches) await watch.next();
    writeFileSync(files.ca, others.cert);
    const theirs = others.issue({ names: ['DNS:gateway'] });
    const admits = () =>
      client(theirs)
        .listFunds({})
        .then(
          () => true,
          () => false,
        );
    await vi.waitUntil(admits, patience);
    for (const transport of quiet)
      await expect(createClient(FundsService, transport).listFunds({})).rejects.toThrow('[unauthenticated]');
  });

  test('with client authorities that cannot be read change nothing', async () => {
    const { files, running, client } = await serve();
    const kept = await stream(client(clients.issue({ names: ['DNS:gateway'] })));
    const refusals = () => running.lines.filter(({ level }) => level === 50).length;
    const broken = ['', 'garbage', clients.cert.slice(0, 300), others.cert + clients.cert.slice(0, 300)];
    for (const [index, content] of broken.entries()) {
      writeFileSync(files.ca, content);
      await vi.waitUntil(() => refusals() > index, patience);
      expect(await pending(kept.end)).toBe('runs');
      await client(clients.issue({ names: ['DNS:gateway'] })).listFunds({});
    }
  });

  test('are one whole: other authorities count once the certificate and key beside them can be taken', async () => {
    const { files, running, client } = await serve();
    const kept = await stream(client(clients.issue({ names: ['DNS:gateway'] })));
    const next = servers.issue({ names });
    writeFileSync(files.crt, next.cert);
    writeFileSync(files.ca, others.cert);
    await vi.waitUntil(() => running.lines.some(({ level }) => level === 50), patience);
    expect(running.lines.filter(({ msg }) => msg === 'read again after a change')).toEqual([]);
    expect(await pending(kept.end)).toBe('runs');
    await client(clients.issue({ names: ['DNS:gateway'] })).listFunds({});
    writeFileSync(files.key, next.key);
    expect(await kept.end).toMatch(/unauthenticated|unavailable|aborted|canceled/);
    await client(others.issue({ names: ['DNS:gateway'] })).listFunds({});
  });
});
