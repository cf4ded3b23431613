import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { createOracle } from '@finance/strategy-contract';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const databases = await withTestDatabases(import.meta.url);
const company = generateDataSet({ profile: 'company', users: 60, records: 500, seed: 3 });
const folder = mkdtempSync(join(tmpdir(), 'finance-process-'));
const running: TestProcess[] = [];
const start = (app: string, env: Record<string, string>): TestProcess => {
  const started = startProcess(app, env);
  running.push(started);
  return started;
};
afterAll(async () => {
  for (const each of running) each.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
  rmSync(folder, { recursive: true, force: true });
});
const urlOf = (target: (typeof databases)[number]['target']) =>
  target.engine === 'mysql' ? target.url : `sqlite:${target.file}`;

describe.each(databases)('both services in processes of their own, on $name', ({ database, target }) => {
  it('answer pages, follow moves at once, and stop cleanly', async () => {
    await insertDataSet(database, company);
    const DATABASE_URL = urlOf(target);
    // Either way on one of the engines.
    const SERVING_THREADS = target.engine === 'mysql' ? '2' : '1';
    const permission = start('permission-service', { DATABASE_URL, SERVING_THREADS });
    const permissionUrl = `http://${(await permission.serving).grpc}`;
    const funds = start('funds-service', { DATABASE_URL, SERVING_THREADS, LIVE_INDEX: 'off' });
    const fundsUrl = `http://${(await funds.serving).grpc}`;
    const fundsClient = createClient(FundsService, createGrpcTransport({ baseUrl: fundsUrl }));
    const permissionClient = createClient(PermissionService, createGrpcTransport({ baseUrl: permissionUrl }));

    const expectOracle = async (users: typeof company.users) => {
      const oracle = createOracle({ ...company, users });
      for (const { userId } of users.slice(0, 12)) {
        const visible = oracle.visibleFunds(userId, {}, { column: 'amount', descending: true });
        const page = await fundsClient.listFunds({ viewerUserId: userId, orderBy: 'amount desc' });
        expect(page.totalSize).toBe(BigInt(visible.length));
        expect(page.funds.map((fund) => fund.fundId)).toEqual(visible.slice(0, 20).map((fund) => fund.fundId));
      }
    };
    await expectOracle(company.users);
    const moved = company.users.findLast((user) => user.role === 'staff')!;
    await permissionClient.moveUser({ userId: moved.userId, newParentUserId: 2n });
    await expectOracle(
      company.users.map((user) => (user.userId === moved.userId ? { ...user, parentUserId: 2n } : user)),
    );

    permission.kill('SIGTERM');
    expect((await permission.ended).code).toBe(0);
    // Scopes are read with the funds: nothing is missing without the other service.
    expect((await fundsClient.listFunds({ viewerUserId: 1n })).totalSize).toBe(500n);
    funds.kill('SIGTERM');
    expect((await funds.ended).code).toBe(0);
  });
});

describe('a start that cannot succeed says why in one line and exits with 1', () => {
  const expectOneLine = async (env: Record<string, string>, line: RegExp) => {
    const { code, complaints } = await start('standalone', env).ended;
    expect(complaints.trim().split('\n')).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(1);
  };

  it('a taken port', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    );
    await expectOneLine(
      { DATABASE_URL: urlOf(databases[0]!.target), HTTP_PORT: String(port) },
      /^port \d+ is taken: stop the other program or set HTTP_PORT$/,
    );
    taken.close();
  });

  it('an unreadable database', async () => {
    const file = join(folder, 'no-database.db');
    writeFileSync(file, 'this is a text');
    await expectOneLine({ DATABASE_URL: `sqlite:${file}` }, /^the database cannot be read: .+; check DATABASE_URL$/);
  });

  it('a database server that is not there', () =>
    expectOneLine(
      { DATABASE_URL: 'mysql://u:secret@127.0.0.1:1/finance' },
      /^the database cannot be read: (?!.*secret)/,
    ));

  it('settings that cannot be taken', () => expectOneLine({ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: must be one of/));
});

describe('memory:', () => {
  it('serves a generated company and leaves nothing behind', async () => {
    const standalone = start('standalone', { DATABASE_URL: 'memory:', TMPDIR: folder });
    const client = createClient(
      FundsService,
      createGrpcTransport({ baseUrl: `http://${(await standalone.serving).grpc}` }),
    );
    expect((await client.listFunds({ viewerUserId: 1n })).totalSize).toBe(20_000n);
    standalone.kill('SIGTERM');
    expect((await standalone.ended).code).toBe(0);
  });
});
