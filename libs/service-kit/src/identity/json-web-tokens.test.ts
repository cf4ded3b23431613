import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FundsService } from '@finance/contract/funds-service';
import { status } from '@grpc/grpc-js';
import { createLocalJWKSet, exportJWK, SignJWT, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { grpcClient, grpcUnary, postJson, recordingLog, serveFunds } from '../test-servers.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';
import type { KnownCaller } from './caller.ts';
import { createFileFollower } from './followed-files.ts';
import { jsonWebTokens, type TokenRules } from './json-web-tokens.ts';
import { followKeySet, keySetTimes } from './key-set.ts';
import type { KeySet, KeySetTimes } from './key-set.ts';

const rules = {
  issuer: 'https://id.test/',
  audience: 'finance',
  capabilitiesClaim: 'scope',
  userClaim: 'sub',
  types: ['at+jwt', 'jwt', 'none'],
  lifetimeMaxSeconds: 86_400,
  clockSkewSeconds: 30,
};
const nowSeconds = () => Math.floor(Date.now() / 1000);

interface Signer {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function signer(kid: string, alg: 'RS256' | 'ES256' | 'EdDSA' = 'ES256'): Signer {
  const pair =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return { kid, alg, ...pair };
}

async function keySetText(...signers: readonly Signer[]): Promise<string> {
  const keys = await Promise.all(
    signers.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg })),
  );
  return JSON.stringify({ keys });
}

function token(
  { kid, alg, privateKey }: Signer,
  claims: Readonly<Record<string, unknown>> = {},
  header: object = {},
): Promise<string> {
  const standard = { iss: rules.issuer, aud: rules.audience, sub: '7', exp: nowSeconds() + 300, scope: 'act-as-self' };
  return new SignJWT({ ...standard, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

const encoded = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const presented = (text: string) => ({ headers: { authorization: `Bearer ${text}` }, socket: {} });

function follower() {
  const files = createFileFollower(recordingLog().log);
  onTestFinished(() => files.close());
  return files;
}

async function authenticatorOf(source: string, times: Partial<KeySetTimes> = {}, moreRules: Partial<TokenRules> = {}) {
  const authenticator = jsonWebTokens(followKeySet(source, { ...keySetTimes, ...times }, follower()), {
    ...rules,
    ...moreRules,
  });
  return async (text: string) => authenticator.authenticate(presented(text));
}

/** An issuer on loopback until the test ends. */
async function issuer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

describe('a token', () => {
  test('of each algorithm tells subject, user and capabilities; what else it grants is ignored', async () => {
    const signers = [signer('a'), signer('b', 'RS256'), signer('c', 'EdDSA')];
    const files = temporaryFiles({ jwks: await keySetText(...signers) });
    const authenticate = await authenticatorOf(files.jwks);
    for (const each of signers) {
      const caller = await authenticate(await token(each, { scope: 'openid act-as-self read-audit admin' }));
      expect(caller).toMatchObject({ subject: '7', userId: 7n, capabilities: new Set(['act-as-self', 'read-audit']) });
    }
    const service = await authenticate(await token(signers[0]!, { sub: 'svc|gateway', scope: ['act-as-any-viewer'] }));
    expect(service).toMatchObject({ subject: 'svc|gateway', userId: undefined });
    expect([...service.capabilities]).toEqual(['act-as-any-viewer']);
  });

  test('is checked once and then known until it expires', async () => {
    const key = signer('a');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticator = jsonWebTokens(followKeySet(files.jwks, keySetTimes, follower()), rules);
    const shown = presented(await token(key));
    const caller = await authenticator.authenticate(shown);
    expect(authenticator.authenticate(shown)).toBe(caller);
    const brief = presented(await token(key, { exp: nowSeconds() - 29 }));
    await authenticator.authenticate(brief);
    await sleep(1_500);
    expect(authenticator.authenticate(shown)).toBe(caller);
    await expect(authenticator.authenticate(brief)).rejects.toMatchObject({ reason: 'CREDENTIAL_INVALID' });
    authenticator.close();
  });

  test('that is forged, foreign, late or strange is refused', async () => {
    const key = signer('a', 'RS256');
    const stranger = signer('a', 'RS256');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticate = await authenticatorOf(files.jwks);
    const good = await token(key);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const publicPem = key.publicKey.export({ type: 'spki', format: 'pem' });
    const confused = `${encoded({ alg: 'HS256', kid: 'a' })}.${payload}`;
    const attacks: Record<string, string> = {
      'alg none': `${encoded({ alg: 'none' })}.${payload}.`,
      'alg None': `${encoded({ alg: 'None', kid: 'a' })}.${payload}.${signature}`,
      'key confusion': `${confused}.${createHmac('sha256', publicPem).update(confused).digest('base64url')}`,
      'own key in the header': await token(stranger, {}, { jwk: await exportJWK(stranger.publicKey) }),
      'own key set in the header': await token(stranger, {}, { jku: 'https://evil.test/jwks' }),
      'another key of the same name': await token(stranger),
      'wrong issuer': await token(key, { iss: 'https://id.test' }),
      'no issuer': await token(key, { iss: undefined }),
      'wrong audience': await token(key, { aud: 'payroll' }),
      'no audience': await token(key, { aud: undefined }),
      expired: await token(key, { exp: nowSeconds() - 31 }),
      'no expiry': await token(key, { exp: undefined }),
      'not yet valid': await token(key, { nbf: nowSeconds() + 60 }),
      'no subject': await token(key, { sub: undefined }),
      'subject with a line break': await token(key, { sub: 'a\nb' }),
      'huge subject': await token(key, { sub: 'x'.repeat(101) }),
      'huge kid': await token(key, {}, { kid: 'k'.repeat(5_000) }),
      'kid as path': await token(key, {}, { kid: '../../../../dev/null' }),
      'kid as SQL': await token(key, {}, { kid: "a' UNION SELECT 1--" }),
      'unknown critical header': await token(key, {}, { crit: ['exp'], exp: 1 }).catch(() => `${good}x`),
      'changed payload': `${header}.${encoded({ ...claims, scope: 'write-org' })}.${signature}`,
      'cut signature': good.slice(0, -2),
      'no signature': `${header}.${payload}.`,
      'five parts': `${good}.x.y`,
      'not a token': 'abc',
    };
    for (const [attack, text] of Object.entries(attacks)) {
      const outcome = await authenticate(text).catch((error: unknown) => error);
      expect([attack, outcome]).toMatchObject([attack, { reason: 'CREDENTIAL_INVALID' }]);
    }
    expect((await authenticate(good)).subject).toBe('7');
  });

  /** Signs claims as they are written, which no library would do to its numbers. */
  const signed = (key: Signer, claims: string, header: object = {}): string => {
    const text = `${encoded({ alg: 'EdDSA', kid: key.kid, ...header })}.${Buffer.from(claims).toString('base64url')}`;
    return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
  };
  const standard = () => `"iss":"${rules.issuer}","aud":"${rules.audience}","exp":${nowSeconds() + 300}`;

  test('names exactly the user that it is written with, or is refused', async () => {
    const key = signer('a', 'EdDSA');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticate = await authenticatorOf(files.jwks, {}, { userClaim: 'uid' });
    const userOf = (uid: string) =>
      authenticate(signed(key, `{${standard()},"sub":"s","scope":"act-as-self"${uid}}`)).then(
        ({ userId }) => userId,
        (error: { reason: string }) => error.reason,
      );
    const outcomes: Record<string, unknown> = {
      '': undefined,
      ',"uid":"svc"': undefined,
      ',"uid":"007"': undefined,
      ',"uid":"9007199254740993"': 9007199254740993n,
      ',"uid":9007199254740993': 9007199254740993n,
      ',"uid":9007199254740992': 9007199254740992n,
      ',"uid":9223372036854775807': 9223372036854775807n,
      ',"uid":7': 7n,
    };
    for (const strange of [
      '9223372036854775808',
      '7.0',
      '7e0',
      '7.5',
      '-7',
      '0',
      '1e400',
      'true',
      'null',
      '[7]',
      '["7"]',
    ])
      outcomes[`,"uid":${strange}`] = 'CREDENTIAL_INVALID';
    outcomes[',"uid":{"id":7}'] = 'CREDENTIAL_INVALID';
    outcomes[',"uid":"7","uid":"8"'] = 'CREDENTIAL_INVALID';
    outcomes[',"uid":"7","\\u0075id":"8"'] = 'CREDENTIAL_INVALID';
    for (const [uid, expected] of Object.entries(outcomes)) expect([uid, await userOf(uid)]).toEqual([uid, expected]);
  });

  test('with claims of another type than they must have is refused', async () => {
    const key = signer('a', 'EdDSA');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticate = await authenticatorOf(files.jwks);
    const wrong = [
      '"sub":7',
      '"sub":["7"]',
      '"sub":{"id":"7"}',
      '"sub":null',
      '"sub":true',
      '"sub":"7","sub":"8"',
      '"sub":"7","scope":{"act-as-self":true}',
      '"sub":"7","scope":[["act-as-self"]]',
      '"sub":"7","scope":7',
      '"sub":"7","iat":"1"',
      '"sub":"7","nbf":"1"',
      `"sub":"7","exp":"${nowSeconds() + 300}"`,
    ];
    for (const claims of wrong) {
      const outcome = await authenticate(signed(key, `{${standard()},${claims}}`)).catch((error: unknown) => error);
      expect([claims, outcome]).toMatchObject([claims, { reason: 'CREDENTIAL_INVALID' }]);
    }
    // A claim that is named like what every object has is no claim.
    const odd = await authenticatorOf(files.jwks, {}, { userClaim: 'constructor', capabilitiesClaim: 'toString' });
    expect(await odd(signed(key, `{${standard()},"sub":"7"}`))).toMatchObject({ userId: undefined, subject: '7' });
  });

  test('of another kind, of years, or of the future is refused; settings say which', async () => {
    const key = signer('a');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticate = await authenticatorOf(files.jwks);
    const outcome = async (claims: object, header: object = {}, check = authenticate) =>
      check(await token(key, claims as Record<string, unknown>, header)).then(
        () => 'admitted',
        (error: { reason: string }) => error.reason,
      );
    const now = nowSeconds();
    const refused: [object, object][] = [
      [{}, { typ: 'ID' }],
      [{}, { typ: 'logout+jwt' }],
      [{}, { typ: 'dpop+jwt' }],
      [{ typ: 'ID' }, {}],
      [{ typ: 'Refresh' }, { typ: 'JWT' }],
      [{ nonce: 'n' }, {}],
      [{ at_hash: 'h' }, { typ: 'JWT' }],
      [{ events: {} }, {}],
      [{ iat: now + 60 }, {}],
      [{ iat: now + 86_400 }, {}],
      [{ exp: now + 50 * 31_557_600 }, {}],
      [{ exp: 9e15 }, {}],
      [{ exp: 1e300 }, {}],
      [{ exp: now + 300, iat: now - 86_400 }, {}],
    ];
    for (const [claims, header] of refused)
      expect([claims, header, await outcome(claims, header)]).toEqual([claims, header, 'CREDENTIAL_INVALID']);
    const admitted: [object, object][] = [
      [{}, { typ: 'JWT' }],
      [{}, { typ: 'at+JWT' }],
      [{ nonce: 'n' }, { typ: 'application/at+jwt' }],
      [{ typ: 'Bearer', nonce: 'n' }, { typ: 'JWT' }],
      [{ iat: now + 10 }, {}],
      [{ exp: now + 86_000, iat: now }, {}],
    ];
    for (const [claims, header] of admitted)
      expect([claims, header, await outcome(claims, header)]).toEqual([claims, header, 'admitted']);
    const strict = await authenticatorOf(files.jwks, {}, { types: ['at+jwt'], lifetimeMaxSeconds: 600 });
    expect(await outcome({}, {}, strict)).toBe('CREDENTIAL_INVALID');
    expect(await outcome({ exp: now + 700 }, { typ: 'at+jwt' }, strict)).toBe('CREDENTIAL_INVALID');
    expect(await outcome({ exp: now + 500 }, { typ: 'at+jwt' }, strict)).toBe('admitted');
  });

  test('that is refused leaves none of its claims in the log', async () => {
    const key = signer('a');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const servers = await serveFunds(
      {},
      { AUTH_MODE: 'jwt', AUTH_JWKS: files.jwks, AUTH_JWT_ISSUER: rules.issuer, AUTH_JWT_AUDIENCE: rules.audience },
    );
    const marked = { sub: 'secret-subject', email: 'secret-mail', scope: 'secret-scope' };
    for (const claims of [
      { exp: 1 },
      { aud: 'secret-audience' },
      { iss: 'secret-issuer' },
      { nbf: 9e9 },
      { iat: 9e9 },
    ]) {
      const headers = { authorization: `Bearer ${await token(key, { ...marked, ...claims })}` };
      const native = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}, { headers });
      expect(native.error?.code).toBe(status.UNAUTHENTICATED);
      expect((await postJson(servers, 'finance.funds.v1.FundsService/ListFunds', '{}', headers)).status).toBe(401);
    }
    expect(servers.lines.filter(({ msg }) => msg === 'call refused')).toHaveLength(10);
    expect(JSON.stringify(servers.lines)).not.toContain('secret');
  });

  test('without capabilities may do nothing, over both listeners', async () => {
    const key = signer('a');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const servers = await serveFunds(
      { listFunds: async () => ({}) },
      { AUTH_MODE: 'jwt', AUTH_JWKS: files.jwks, AUTH_JWT_ISSUER: rules.issuer, AUTH_JWT_AUDIENCE: rules.audience },
    );
    const client = grpcClient(servers);
    for (const [scope, expected, http] of [
      ['act-as-self', undefined, 200],
      ['', status.PERMISSION_DENIED, 403],
      ['act-as-self-not', status.PERMISSION_DENIED, 403],
    ] as const) {
      const headers = { authorization: `Bearer ${await token(key, { scope })}` };
      const { error } = await grpcUnary(client, FundsService.method.listFunds, { viewerUserId: 7n }, { headers });
      const json = await postJson(servers, 'finance.funds.v1.FundsService/ListFunds', '{"viewerUserId":"7"}', headers);
      expect([scope, error?.code, json.status]).toEqual([scope, expected, http]);
    }
  });
});

describe('keys of the issuer', () => {
  test('are followed as they rotate, and a withdrawn one stops counting', async () => {
    const [old, next] = [signer('old'), signer('new')];
    const files = temporaryFiles({ jwks: await keySetText(old) });
    const authenticate = await authenticatorOf(files.jwks, { cooldownMs: 0, refreshMs: 0 });
    await authenticate(await token(old));
    writeFileSync(files.jwks, await keySetText(old, next));
    await authenticate(await token(next));
    await authenticate(await token(old, { jti: '2' }));
    writeFileSync(files.jwks, await keySetText(next));
    await authenticate(await token(next, { jti: '3' }));
    await sleep(50);
    await expect(authenticate(await token(old, { jti: '4' }))).rejects.toMatchObject({ reason: 'CREDENTIAL_INVALID' });
  });

  test('are asked for at most once in the cooldown, however many tokens name unknown ones', async () => {
    const key = signer('a');
    const text = await keySetText(key);
    let asked = 0;
    const url = await issuer((_request, response) => ((asked += 1), response.end(text)));
    const authenticate = await authenticatorOf(url);
    await authenticate(await token(key));
    const strange = await Promise.all(Array.from({ length: 50 }, (_, index) => token(signer(`k${index}`))));
    for (const each of strange)
      await expect(authenticate(each)).rejects.toMatchObject({ reason: 'CREDENTIAL_INVALID' });
    expect(asked).toBe(1);
  });

  test('that cannot be had admit nobody, and calls end in time', async () => {
    const key = signer('a');
    const text = await keySetText(key);
    const hangs = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void hangs.close());
    await new Promise((resolve) => hangs.once('listening', resolve));
    const sources: Record<string, string> = {
      refuses: 'http://127.0.0.1:1/jwks',
      hangs: `http://127.0.0.1:${(hangs.address() as AddressInfo).port}/jwks`,
      slow: await issuer((_request, response) => void response.write(text.slice(0, 10))),
      'an error': await issuer((_request, response) => response.writeHead(500).end(text)),
      'a redirect': await issuer((_request, response) =>
        response.writeHead(302, { location: 'https://evil.test/' }).end(),
      ),
      garbage: await issuer((_request, response) => response.end('<html>')),
      'no key set': await issuer((_request, response) => response.end('{"keys":"none"}')),
      endless: await issuer((_request, response) => {
        const more = () =>
          response.destroyed ||
          (response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once('drain', more));
        more();
      }),
      'no file': '/nowhere/jwks.json',
    };
    const shown = await token(key);
    for (const [fault, AUTH_JWKS] of Object.entries(sources)) {
      const calls: unknown[] = [];
      const servers = await serveFunds(
        { listFunds: async (_request, context) => (calls.push(context), {}) },
        { AUTH_MODE: 'jwt', AUTH_JWKS, AUTH_JWT_ISSUER: rules.issuer, AUTH_JWT_AUDIENCE: rules.audience },
      );
      const headers = { authorization: `Bearer ${shown}` };
      const startedMs = performance.now();
      const [native, json] = await Promise.all([
        grpcUnary(
          grpcClient(servers),
          FundsService.method.listFunds,
          { viewerUserId: 7n },
          { headers, deadline: Date.now() + 400 },
        ),
        postJson(servers, 'finance.funds.v1.FundsService/ListFunds', '{}', { ...headers, 'connect-timeout-ms': '400' }),
      ]);
      expect(performance.now() - startedMs).toBeLessThan(1_500);
      expect([fault, [status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(native.error?.code ?? 0)]).toEqual([
        fault,
        true,
      ]);
      expect([fault, [503, 504].includes(json.status)]).toEqual([fault, true]);
      expect(calls).toEqual([]);
    }
  });

  test('count on through an outage of the issuer, but not for ever', async () => {
    const key = signer('a');
    const files = temporaryFiles({ jwks: await keySetText(key) });
    const authenticate = await authenticatorOf(files.jwks, { refreshMs: 0, cooldownMs: 0, staleMs: 300, retryMs: 0 });
    await authenticate(await token(key));
    writeFileSync(files.jwks, 'garbage');
    await authenticate(await token(key, { jti: '2' }));
    await sleep(350);
    const late = await token(key, { jti: '3' });
    await expect(authenticate(late)).rejects.toMatchObject({ reason: 'IDENTITY_UNAVAILABLE' });
    writeFileSync(files.jwks, await keySetText(key));
    await authenticate(late);
  });

  test('of now count for a check that began with those of before, and for a stream that begins later', async () => {
    const [old, next] = [signer('old'), signer('new')];
    const find = async (key: Signer): Promise<JWTVerifyGetKey> =>
      createLocalJWKSet(JSON.parse(await keySetText(key)) as JSONWebKeySet);
    let change = (): void => undefined;
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    let current = await find(old);
    const keySet: KeySet = {
      current: async () => current,
      onChange: (listener) => (change = listener),
      close: () => undefined,
    };
    const authenticator = jsonWebTokens(keySet, rules);
    const text = await token(old);
    const early = (await authenticator.authenticate(presented(await token(old, { jti: 'early' })))) as KnownCaller;
    const ofOld = current;
    current = async (...of) => {
      reached.resolve();
      await goOn.promise;
      return ofOld(...of);
    };
    const running = Promise.resolve(authenticator.authenticate(presented(text)));
    await reached.promise;
    current = await find(next);
    change();
    goOn.resolve();
    await expect(running).rejects.toMatchObject({ reason: 'CREDENTIAL_INVALID' });
    await expect(authenticator.authenticate(presented(text))).rejects.toMatchObject({ reason: 'CREDENTIAL_INVALID' });
    await new Promise<void>((ended) => void early.life.onEnd(ended));
  });

  test('that are too old end what runs, unless the issuer still has them', async () => {
    const key = signer('a');
    const text = await keySetText(key);
    let asked = 0;
    let isAway = false;
    const url = await issuer((_request, response) => {
      asked += 1;
      if (isAway) response.writeHead(503).end();
      else response.end(text);
    });
    const keySet = followKeySet(url, { ...keySetTimes, staleMs: 100, retryMs: 0 }, follower());
    const authenticator = jsonWebTokens(keySet, rules);
    onTestFinished(() => authenticator.close());
    const { life } = (await authenticator.authenticate(presented(await token(key)))) as KnownCaller;
    let hasEnded = false;
    const end = new Promise<void>((ended) => void life.onEnd(() => ((hasEnded = true), ended())));
    await vi.waitUntil(() => asked > 3, { timeout: 30_000 });
    expect(hasEnded).toBe(false);
    isAway = true;
    await end;
  });
});
