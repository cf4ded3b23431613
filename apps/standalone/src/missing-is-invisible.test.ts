import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectError } from '@connectrpc/connect';
import { FundsService, SummaryGroup } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import type { Fund } from '@finance/domain';
import { startLiveIndexHost } from '@finance/index-host';
import { requirementOf } from '@finance/service-kit';
import { createOracle } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients } from './test-service.ts';

const missing = 424_242n;

const { company, viewerUserId, hiddenFund, hiddenCustomer, hiddenOrder, hiddenUser } = hiddenThings();

/** A company, a viewer of it without much in view, and things that touch nobody whom they see. */
function hiddenThings() {
  for (const each of sample(arbitraryCompany(), { seed: 31, numRuns: 200 })) {
    const oracle = createOracle(each);
    for (const { userId } of each.users.filter(({ role }) => role === 'staff')) {
      const isHidden = (fund: Fund) => !oracle.sees(userId, fund);
      const hiddenFund = each.funds.find(isHidden)?.fundId;
      const hiddenOrder = each.orders.find(({ orderId }) =>
        each.funds.every((fund) => fund.orderId !== orderId || isHidden(fund)),
      )?.orderId;
      const hiddenCustomer = each.customers.find(
        ({ customerId, adminUserId }) =>
          adminUserId !== userId &&
          each.orders.every((order) => order.customerId !== customerId || order.ownerUserId !== userId),
      )?.customerId;
      const hiddenUser = each.users.find(
        (user) =>
          user.userId !== userId && each.funds.every((fund) => fund.handlerUserId !== user.userId || isHidden(fund)),
      )?.userId;
      if (hiddenFund && hiddenOrder && hiddenCustomer && hiddenUser)
        return { company: each, viewerUserId: userId, hiddenFund, hiddenCustomer, hiddenOrder, hiddenUser };
    }
  }
  throw new Error('no company has all of them');
}

const headers = { authorization: 'Bearer key' };
const folder = mkdtempSync(join(tmpdir(), 'finance-invisible-'));
const file = join(folder, 'credentials.json');
const keysSha256 = [createHash('sha256').update('key').digest('hex')];
const person = { subject: 'person', userId: String(viewerUserId), capabilities: ['act-as-self'], keysSha256 };
writeFileSync(file, JSON.stringify([person]));
const config = { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: file } as const;

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database, target }) => {
    await insertDataSet(database, company);
    const index = startLiveIndexHost(target, { log, audit: false, waitMs: 30_000 });
    await new Promise<void>((resolve) => index.onState((state) => state.name === 'ready' && resolve()));
    const byIndex = await startTestService(database, { index, config });
    const bySql = await startTestService(database, { config });
    return { name, index, byIndex, bySql };
  }),
);
afterAll(async () => {
  for (const { index, byIndex, bySql } of services) {
    await Promise.all([byIndex.servers.close(), bySql.servers.close()]);
    await index.close();
  }
  rmSync(folder, { recursive: true });
}, 60_000);
const cases = services.flatMap(({ name, byIndex, bySql }) =>
  [
    { by: 'the index', ...byIndex },
    { by: 'SQL', ...bySql },
  ].flatMap(({ by, clients }) => clients.map((client) => ({ name, by, ...client }))),
);

type Ask = (clients: TestClients, id: bigint) => Promise<unknown>;

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const each of stream) seen.push(each);
  return seen;
}

/** Every way to name something in a read as oneself; the key is the RPC. */
const questions: Readonly<Record<string, readonly (readonly [ask: Ask, hidden: bigint])[]>> = {
  getFund: [[({ funds }, fundId) => funds.getFund({ viewerUserId, fundId }, { headers }), hiddenFund]],
  batchGetFunds: [
    [({ funds }, id) => funds.batchGetFunds({ viewerUserId, fundIds: [id, id] }, { headers }), hiddenFund],
  ],
  listFunds: [
    [({ funds }, orderId) => funds.listFunds({ viewerUserId, filter: { orderId } }, { headers }), hiddenOrder],
    [
      ({ funds }, handlerUserId) => funds.listFunds({ viewerUserId, filter: { handlerUserId } }, { headers }),
      hiddenUser,
    ],
  ],
  summarizeFunds: [
    [
      ({ funds }, orderId) =>
        funds.summarizeFunds({ viewerUserId, filter: { orderId }, groupBy: SummaryGroup.STATUS }, { headers }),
      hiddenOrder,
    ],
  ],
  exportFunds: [
    [({ funds }, orderId) => all(funds.exportFunds({ viewerUserId, filter: { orderId } }, { headers })), hiddenOrder],
  ],
  listCustomerOrders: [
    [({ funds }, customerId) => funds.listCustomerOrders({ viewerUserId, customerId }, { headers }), hiddenCustomer],
  ],
  checkAccess: [
    [({ permission }, fundId) => permission.checkAccess({ viewerUserId, fundId }, { headers }), hiddenFund],
  ],
  batchCheckAccess: [
    [({ permission }, id) => permission.batchCheckAccess({ viewerUserId, fundIds: [id] }, { headers }), hiddenFund],
  ],
  explainAccess: [
    [({ permission }, fundId) => permission.explainAccess({ viewerUserId, fundId }, { headers }), hiddenFund],
  ],
  getUser: [[({ permission }, userId) => permission.getUser({ userId }, { headers }), hiddenUser]],
  listSubordinates: [[({ permission }, userId) => permission.listSubordinates({ userId }, { headers }), hiddenUser]],
  resolveScope: [
    [({ permission }, viewer) => permission.resolveScope({ viewerUserId: viewer }, { headers }), hiddenUser],
  ],
};

/** All that a caller is told but what differs from call to call. */
async function told(ask: Ask, clients: TestClients, id: bigint): Promise<string> {
  const answer = await ask(clients, id).catch((error: unknown) => {
    const refused = ConnectError.from(error);
    const { reason, metadata } = refused.findDetails(ErrorInfoSchema)[0]!;
    return { code: refused.code, text: refused.rawMessage, reason, metadata };
  });
  return JSON.stringify(answer, (key, value: unknown) =>
    key === 'consistencyToken' ? '' : typeof value === 'bigint' ? String(value) : value,
  ).replaceAll(new RegExp(`\\b${id}\\b`, 'g'), 'ID');
}

it('asks by every RPC that answers a person', () => {
  const methods = [...FundsService.methods, ...PermissionService.methods];
  const asOneself = methods.filter((method) => {
    const requirement = requirementOf(method);
    return typeof requirement === 'object' && 'ownField' in requirement;
  });
  expect(Object.keys(questions).sort()).toEqual(asOneself.map(({ localName }) => localName).sort());
});

describe.each(cases)('what is missing on $name by $by over $protocol', (clients) => {
  it.each(Object.entries(questions))('is told like what is invisible by %s', async (_rpc, asked) => {
    for (const [ask, hidden] of asked) expect(await told(ask, clients, hidden)).toBe(await told(ask, clients, missing));
  });
});
