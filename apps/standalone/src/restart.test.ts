import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { insertDataSet, runPlainSql, sampleCompany, withTestDatabases } from '@finance/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';
import { isEvent, positionNow, received, watchUntil } from './watch-changes/watch-client.ts';

const databases = await withTestDatabases(import.meta.url);
const running: TestProcess[] = [];
afterAll(async () => {
  for (const each of running) each.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
});

/** As `npm start` does, without any setting but the database. */
async function start(app: string, DATABASE_URL: string) {
  const started = startProcess(app, { DATABASE_URL, PAGE_TOKEN_KEY: '' });
  running.push(started);
  const transport = createGrpcTransport({ baseUrl: `http://${(await started.serving).grpc}` });
  return {
    funds: createClient(FundsService, transport),
    permission: createClient(PermissionService, transport),
    stop: async () => {
      started.kill('SIGTERM');
      expect((await started.ended).code).toBe(0);
    },
  };
}

describe.each(databases)('tokens of a default start on $name', ({ database, target }) => {
  const url = target.engine === 'mysql' ? target.url : `sqlite:${target.file}`;

  it('outlive a restart: pages, consistency and watches go on, nothing missing, nothing twice', async () => {
    await insertDataSet(database, sampleCompany(31, 80));
    const first = await start('standalone', url);
    const beginning = await positionNow(first.permission);
    const takeTwo = async (from: string, client: typeof first.permission) => {
      let left = 2;
      const messages = await watchUntil(client, from, (message) => isEvent(message) && --left === 0);
      return { events: messages.filter(isEvent).map(received), position: messages.at(-1)!.position };
    };
    await first.permission.assignOrder({ orderId: 1n, userId: 5n });
    await first.permission.assignOrder({ orderId: 2n, userId: 6n });
    const before = await takeTwo(beginning, first.permission);
    const request = { viewerUserId: 1n, pageSize: 10, orderBy: 'amount desc' };
    const page = await first.funds.listFunds(request);
    await first.stop();

    await runPlainSql(database, 'UPDATE orders SET user_id = 7 WHERE order_id = 3');
    const second = await start('standalone', url);
    await second.permission.assignOrder({ orderId: 4n, userId: 8n });
    const after = await takeTwo(before.position, second.permission);
    expect([...before.events, ...after.events]).toEqual([
      expect.stringMatching(/^ORDER_OWNER 1 \d+ 5$/),
      expect.stringMatching(/^ORDER_OWNER 2 \d+ 6$/),
      expect.stringMatching(/^ORDER_OWNER 3 \d+ 7$/),
      expect.stringMatching(/^ORDER_OWNER 4 \d+ 8$/),
    ]);

    const next = await second.funds.listFunds({ ...request, pageToken: page.nextPageToken });
    const whole = await second.funds.listFunds({ ...request, pageSize: 20 });
    const ids = ({ funds }: typeof page) => funds.map(({ fundId }) => fundId);
    expect([...ids(page), ...ids(next)]).toEqual(ids(whole));
    const asFresh = { requirement: { case: 'atLeastAsFresh' as const, value: page.consistencyToken } };
    expect((await second.funds.listFunds({ ...request, consistency: asFresh })).totalSize).toBe(whole.totalSize);
    await second.stop();
  });

  it('of one service are taken by the other on the same machine', async () => {
    const permission = await start('permission-service', url);
    const funds = await start('funds-service', url);
    const { consistencyToken } = await permission.permission.assignOrder({ orderId: 1n, userId: 9n });
    const asFresh = { requirement: { case: 'atLeastAsFresh' as const, value: consistencyToken } };
    expect((await funds.funds.listFunds({ viewerUserId: 1n, consistency: asFresh })).totalSize).toBeGreaterThan(0n);
    await Promise.all([permission.stop(), funds.stop()]);
  });
});
