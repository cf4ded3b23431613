import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { DomainError } from '@finance/domain';
import { defineService } from '@finance/service-kit';
import { afterAll, describe, expect, it } from 'vitest';
import { runFinance } from './testing/run-finance.ts';
import { serve } from './testing/serve.ts';

const fund = { fundId: 1n, amountCents: 100n, currencyCode: 'EUR' };
const served = await serve(
  defineService(FundsService, {
    listFunds: async ({ viewerUserId, pageToken }) => {
      if (viewerUserId === 2n) throw new Error('SELECT secret');
      if (viewerUserId === 3n) await sleep(2_000);
      if (pageToken !== '') throw new DomainError('OVERLOADED', 'too many calls wait; retry later');
      return { funds: [fund], nextPageToken: 'more' };
    },
    exportFunds: async function* ({ viewerUserId }) {
      yield { funds: Array.from({ length: 1_500 }, () => fund) };
      if (viewerUserId === 3n) await sleep(2_000);
      throw new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer; retry later');
    },
  }),
  defineService(PermissionService, {}),
);
const onlyPermission = await serve(defineService(PermissionService, {}));
const http = createServer((_, response) => response.end('hello'));
const silent = createTcpServer(() => undefined);
const [httpUrl, silentUrl] = [await listen(http), await listen(silent)];
afterAll(async () => {
  http.close();
  silent.close();
  await Promise.all([served.close(), onlyPermission.close()]);
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function expectFailure(args: string[], code: number, line: RegExp): Promise<string> {
  const { stderr, stdout, ...result } = await runFinance(args);
  expect(stderr).toMatch(line);
  expect(stderr).toMatch(/^finance: [^\n]+\n$/);
  expect(result.code).toBe(code);
  return stdout;
}

describe('a server that is not there, or no gRPC server, ends with 3 and says which option to correct', () => {
  it.each([
    ['http://127.0.0.1:1', 'ECONNREFUSED'],
    [httpUrl, 'ERR_HTTP2_ERROR'],
  ])('%s', async (url, fault) => {
    const line = new RegExp(`UNAVAILABLE: no gRPC server answers at ${url} \\(${fault}\\); .*npm start.* --server`);
    expect(await expectFailure(['funds', 'list', '--viewer', '1', '--server', url], 3, line)).toBe('');
    await expectFailure(['funds', 'export', '--viewer', '1', '--server', url], 3, line);
  });
  it('permission-service has an option of its own', () =>
    expectFailure(
      ['users', 'get', '1', '--server', served.url, '--permission-server', '127.0.0.1:1'],
      3,
      /http:\/\/127\.0\.0\.1:1 .*correct --permission-server/,
    ));
});

describe('a server that does not answer in time ends with 3', () => {
  it.each([
    ['list', () => silentUrl, /did not answer within 900 ms; allow more with --timeout/],
    ['export', () => silentUrl, /nothing came for 900 ms/],
    ['list', () => served.url, /DEADLINE_EXCEEDED: .*900 ms/],
    ['export', () => served.url, /nothing came for 900 ms.*incomplete: it ends after 1,000 funds/],
  ] as const)('funds %s', (command, url, line) =>
    expectFailure(['funds', command, '--viewer', '3', '--server', url(), '--timeout', '900'], 3, line).then(() => {}),
  );
});

describe('an RPC that is not served ends with 1 and one clear line', () => {
  it.each([
    [['funds', 'summary', '--viewer', '1'], 'SummarizeFunds'],
    [['customers', 'orders', '--viewer', '1'], 'ListCustomerOrders'],
    [['access', 'explain', '1', '--viewer', '1'], 'ExplainAccess'],
  ])('%j', (args, rpc) =>
    expectFailure(
      [...args, '--server', served.url],
      1,
      new RegExp(`NOT_IMPLEMENTED: ${rpc} is not served yet; name a server of a newer release with --`),
    ).then(() => {}),
  );
  it('by a server that has not even the service', async () => {
    for (const [command, rpc] of Object.entries({ export: 'ExportFunds', list: 'ListFunds' })) {
      const args = ['funds', command, '--viewer', '1', '--server', onlyPermission.url];
      await expectFailure(
        args,
        1,
        new RegExp(`UNIMPLEMENTED: http:.* does not serve ${rpc}; name a server .* --server`),
      );
    }
  });
});

describe('a failure of the server', () => {
  it('in its code ends with 1 and shows nothing private', async () => {
    const args = ['funds', 'list', '--viewer', '2', '--server', served.url];
    expect(await expectFailure(args, 1, /INTERNAL: internal error, request id \S+; the log/)).toBe('');
  });
  it('midway tells that the output is incomplete', async () => {
    await expectFailure(
      ['funds', 'list', '--viewer', '1', '--all', '--server', served.url],
      1,
      /OVERLOADED: too many calls wait; retry later \(the output is incomplete: it ends after 1 funds\)/,
    );
    const exported = await expectFailure(
      ['funds', 'export', '--viewer', '1', '--csv', '--server', served.url],
      3,
      /DATABASE_UNAVAILABLE: .*ends after 1,000 funds\)/,
    );
    expect(exported.split('\r\n')).toHaveLength(1_000 + 2);
  });
});

describe('wrong usage ends with 2 and calls nobody', () => {
  it.each([
    [['funds', 'list'], /required option '--viewer <user-id>'/],
    [['funds', 'list', '--viewer', 'x'], /positive id/],
    [['funds', 'list', '--viewer', '1', '--json', '--csv'], /cannot be used with/],
    [['funds', 'list', '--viewer', '1', '--all', '--page', '2'], /cannot be used with/],
    [['funds', 'list', '--viewer', '1', '--page-size', '1001'], /1 to 1000/],
    [['funds', 'list', '--viewer', '1', '--page', '2000000000', '--page-size', '1000'], /beyond the first 100,000,000/],
    [['funds', 'list', '--viewer', '1', '--amount-min', '1,5'], /1000\.50/],
    [['funds', 'list', '--viewer', '1', '--created-from', '2025-02-30'], /2025-09-30/],
    [['funds', 'list', '--viewer', '1', '--status', 'open'], /pending, approved/],
    [['funds', 'list', '--viewer', '1', '--strategy', 'magic'], /closure-join/],
    [['funds', 'list', '--viewer', '1', '--server', 'ftp://x'], /http:\/\/127/],
    [['funds', 'list', '--viewer', '1', '--nonsense'], /unknown option/],
    [['funds', 'lost'], /unknown command/],
    [['users', 'get'], /missing required argument/],
    [['users', 'move', '1'], /--to <user-id> or --to-top/],
    [['users', 'move', '1', '--to', '2', '--to-top'], /cannot be used with/],
  ])('%j', (args, line) => expectFailure(args, 2, line).then(() => {}));
});
