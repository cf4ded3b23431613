import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { fundsSettings } from '@finance/funds-service';
import { permissionSettings } from '@finance/permission-service';
import type { Settings } from '@finance/service-kit';
import { withTestDatabases } from '@finance/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { standaloneSettings } from './settings.ts';
import { startProcess } from './test-process.ts';

const [sqlite] = await withTestDatabases(import.meta.url);
if (sqlite?.target.engine !== 'sqlite') throw new Error('the first test database is SQLite');
const sqliteUrl = `sqlite:${sqlite.target.file}`;
const folder = mkdtempSync(join(tmpdir(), 'finance-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No other text holds it. */
const password = 'pa55w0rd-n0b0dy-else-has';
const callersKey = createHash('sha256').update('key of a caller').digest('hex');
const stolenKey = 'a-key-that-is-not-in-the-file';
const tokenKey = createHash('sha256').update('tokens').digest('hex');
const signingSeed = createHash('sha256').update('seed').digest('hex');
const secrets = [password, callersKey, stolenKey, tokenKey, signingSeed];
const credentials = join(folder, 'credentials.json');
writeFileSync(
  credentials,
  JSON.stringify([
    {
      subject: 'gateway',
      capabilities: ['act-as-any-viewer', 'read-metrics'],
      keysSha256: [createHash('sha256').update(callersKey).digest('hex')],
    },
  ]),
);

const secretEnv = {
  PAGE_TOKEN_KEY: tokenKey,
  AUDIT_SIGNING_KEY: signingSeed,
  DATABASE_REPLICA_URLS: `mysql://finance:${password}@127.0.0.1:1/finance`,
};
const authEnv = { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: credentials, LOG_LEVEL: 'trace' };
const apps: readonly (readonly [string, Settings, Record<string, string>])[] = [
  ['standalone', standaloneSettings, {}],
  ['permission-service', permissionSettings, {}],
  ['funds-service', fundsSettings, {}],
];

const expectNone = (text: string): void => {
  for (const secret of secrets) expect(text).not.toContain(secret);
};

describe('a start that fails shows no secret, and neither does --help', () => {
  it.concurrent.each([
    ['--help', {}, 0],
    [
      'settings that cannot be taken',
      {
        DATABASE_URL: `oracle://u:${password}@h/d`,
        PAGE_TOKEN_KEY: `${tokenKey}0`,
        AUDIT_SIGNING_KEY: `${signingSeed}0`,
      },
      1,
    ],
    ['a database that is not there', { DATABASE_URL: `mysql://u:${password}@127.0.0.1:1/d` }, 1],
  ])('%s', async (name, env, code) => {
    const started = startProcess('funds-service', { ...secretEnv, ...env }, name === '--help' ? ['--help'] : []);
    expect((await started.ended).code).toBe(code);
    expect(started.output()).toMatch(/DATABASE_URL/);
    expectNone(started.output());
  });
});

describe.concurrent.each(apps)('%s shows no secret', (app, settings, env) => {
  const known = Object.fromEntries(Object.entries(secretEnv).filter(([name]) => name in settings));

  it('in its log at the finest level, of its settings, of good calls and of refused ones', async () => {
    const auditEnv = { AUDIT_CHECKPOINT_FILE: join(folder, `${app}.checkpoints`) };
    const service = startProcess(app, {
      DATABASE_URL: sqliteUrl,
      LIVE_INDEX: 'off',
      ...known,
      ...authEnv,
      ...auditEnv,
      ...env,
    });
    const { http } = await service.serving;
    const [rpc, body] =
      app === 'permission-service'
        ? ['permission.v1.PermissionService/GetUser', '{"userId":"1"}']
        : ['funds.v1.FundsService/ListFunds', '{"viewerUserId":"1"}'];
    const statuses: number[] = [];
    for (const key of [callersKey, stolenKey]) {
      const response = await fetch(`${http}/finance.${rpc}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body,
      });
      statuses.push(response.status);
      expectNone(await response.text());
    }
    expect(statuses[1]).toBe(401);
    const metrics = await fetch(`${http}/metrics`, { headers: { authorization: `Bearer ${callersKey}` } });
    expect(metrics.status).toBe(200);
    expectNone(await metrics.text());
    expect((await fetch(`${http}/metrics`)).status).toBe(401);
    service.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);

    const log = service.output();
    expectNone(log);
    expect(log).toMatch(/"msg":"call"/);
    expect(log).toMatch(/"reason":"CREDENTIAL_INVALID"/);
    const line = log.split('\n').find((each) => each.includes('"msg":"settings"')) ?? '{}';
    const shown = (JSON.parse(line) as { settings?: Record<string, string> }).settings ?? {};
    expect(Object.keys(shown)).toEqual(Object.keys(settings));
    expect(shown).toMatchObject({
      PAGE_TOKEN_KEY: 'set',
      AUDIT_SIGNING_KEY: 'set',
      DATABASE_URL: 'set',
      AUTH_MODE: 'keys',
    });
  });
});

it('nothing that a refused token says is in the log, on either port', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keySet = join(folder, 'jwks.json');
  writeFileSync(keySet, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }] }));
  const marker = 'cla1m-n0b0dy-else-has';
  const nowSeconds = Math.floor(Date.now() / 1000);
  const tokenOf = (claims: object, header: object = {}): string => {
    const parts = [
      { alg: 'ES256', kid: 'a', ...header },
      { iss: 'https://id/', aud: 'finance', sub: marker, email: marker, scope: 'act-as-any-viewer', ...claims },
    ];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  const refused = [
    tokenOf({ exp: nowSeconds - 3600, iat: nowSeconds - 7200 }),
    tokenOf({ exp: nowSeconds + 600, aud: marker }),
    tokenOf({ exp: nowSeconds + 600, iss: marker }),
    tokenOf({ exp: marker }),
    tokenOf({ exp: nowSeconds + 600 }, { typ: marker }),
    tokenOf({ exp: nowSeconds + 600 }, { crit: [marker], [marker]: 1 }),
    tokenOf({ exp: nowSeconds + 600 }, { alg: marker }),
    tokenOf({ exp: nowSeconds + 600 }, { kid: marker }),
    `${tokenOf({ exp: nowSeconds + 600 }).slice(0, -6)}AAAAAA`,
    `${marker}.${marker}.${marker}`,
  ];
  const service = startProcess('funds-service', {
    DATABASE_URL: sqliteUrl,
    LIVE_INDEX: 'off',
    LOG_LEVEL: 'trace',
    AUTH_MODE: 'jwt',
    AUTH_JWKS: keySet,
    AUTH_JWT_ISSUER: 'https://id/',
    AUTH_JWT_AUDIENCE: 'finance',
  });
  const { http, grpc } = await service.serving;
  const client = createClient(FundsService, createGrpcTransport({ baseUrl: `http://${grpc}` }));
  for (const token of refused) {
    const headers = { authorization: `Bearer ${token}` };
    const post = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' };
    const address = `${http}/${FundsService.typeName}/ListFunds?access_token=${token}`;
    expect((await fetch(address, post)).status).toBe(401);
    expect((await fetch(`${http}/metrics?access_token=${token}`, { headers })).status).toBe(401);
    await expect(client.listFunds({}, { headers })).rejects.toThrow('[unauthenticated]');
  }
  service.kill('SIGTERM');
  expect((await service.ended).code).toBe(0);
  const log = service.output();
  expect(log.match(/"reason":"CREDENTIAL_INVALID"/g)?.length).toBe(3 * refused.length);
  expect(log).toContain('ERR_JWT_EXPIRED: exp');
  for (const said of [marker, ...refused.flatMap((token) => token.split('.'))]) expect(log).not.toContain(said);
});
