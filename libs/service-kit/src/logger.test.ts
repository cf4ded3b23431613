import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { Client, credentials } from '@grpc/grpc-js';
import { jwtVerify, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { recordingLog } from './test-servers.ts';

const secret = 'pa55w0rd-of-n0body';
const key = new Uint8Array(32);

/** Errors of each library that we use, about something that must not be in a log. */
const libraryErrors: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    'jose, about claims',
    async () => {
      const expired = await new SignJWT({ sub: secret, exp: 1 }).setProtectedHeader({ alg: 'HS256' }).sign(key);
      return jwtVerify(expired, key);
    },
  ],
  ['undici, about an address', () => fetch(`http://u:${secret}@127.0.0.1:1/${secret}`)],
  [
    'connect, about a server',
    () =>
      createClient(
        FundsService,
        createConnectTransport({ baseUrl: `http://${secret}.invalid`, httpVersion: '2' }),
      ).listFunds({}),
  ],
  [
    'grpc-js, about a server',
    () =>
      new Promise((_, reject) =>
        new Client(`${secret}.invalid:1`, credentials.createInsecure()).makeUnaryRequest(
          '/x/y',
          () => Buffer.from(secret),
          (bytes) => bytes,
          {},
          { deadline: 1 },
          reject,
        ),
      ),
  ],
  ['Node.js, about a text', async () => JSON.parse(`{"key":"${secret}`) as unknown],
];

it.each(libraryErrors)('an error of %s is logged without what it was about', async (_, fail) => {
  const error: unknown = await fail().then(
    () => expect.unreachable('it fails'),
    (failure: unknown) => failure,
  );
  const { log, lines } = recordingLog();
  log.error({ err: error }, 'failed');
  log.error({ err: new DomainError('INTERNAL', 'ours', {}, { cause: error }) }, 'failed');
  log.child({ rpc: 'x' }).debug({ err: error }, 'failed');
  expect(lines).toMatchObject([{ err: { type: expect.any(String) } }, { err: { message: 'ours' } }, { msg: 'failed' }]);
  expect(JSON.stringify(lines)).not.toContain(secret);
});
