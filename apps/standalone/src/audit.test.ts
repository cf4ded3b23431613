import { Code, ConnectError } from '@connectrpc/connect';
import { argumentsHash } from '@finance/api';
import { verifyLog, type AuditReads } from '@finance/audit';
import { AuditKind, AuditService, type AuditEntry } from '@finance/contract/audit-service';
import { FundStatus } from '@finance/contract/fund';
import { FundsService } from '@finance/contract/funds-service';
import { Role } from '@finance/contract/permission';
import { PermissionService } from '@finance/contract/permission-service';
import { create } from '@bufbuild/protobuf';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients, type TestService } from './test-service.ts';

const company = sample(arbitraryCompany(), { seed: 4, numRuns: 30 }).find(
  ({ users, funds, orders, customers }) =>
    users.length > 4 && funds.length > 6 && orders.length > 0 && customers.length > 0,
)!;
const admin = company.users.find((user) => user.role === 'admin')?.userId ?? company.users[0]!.userId;
const [first, second] = company.funds.map(({ fundId }) => fundId);
const userId = company.users.at(-1)!.userId;
const fund = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId: admin };

/** Every RPC that changes something, with a call that does. A new one must be added here, or the test below fails. */
const writes: Readonly<Record<string, (clients: TestClients) => Promise<unknown>>> = {
  'FundsService/CreateFund': ({ funds }) => funds.createFund({ fund }),
  'FundsService/UpdateFund': ({ funds }) =>
    funds.updateFund({ fund: { ...fund, fundId: first! }, updateMask: { paths: ['status'] } }),
  'FundsService/DeleteFund': ({ funds }) => funds.deleteFund({ fundId: second! }),
  'PermissionService/CreateUser': ({ permission }) =>
    permission.createUser({ user: { name: 'New', role: Role.STAFF, department: 'sales' } }),
  'PermissionService/UpdateUser': ({ permission }) =>
    permission.updateUser({ user: { userId, name: 'Other' }, updateMask: { paths: ['name'] } }),
  'PermissionService/MoveUser': ({ permission }) => permission.moveUser({ userId, newParentUserId: 0n }),
  'PermissionService/AssignOrder': ({ permission }) =>
    permission.assignOrder({ orderId: company.orders[0]!.orderId, userId }),
  'PermissionService/AssignCustomer': ({ permission }) =>
    permission.assignCustomer({ customerId: company.customers[0]!.customerId, userId }),
};

/** RPCs that only read; what begins with another verb changes something. */
const reads = /\/(Get|BatchGet|List|Summarize|Export|Check|BatchCheck|Explain|Resolve|Watch)/;

const exportFunds = 'finance.funds.v1.FundsService/ExportFunds';

const databases = await withTestDatabases(import.meta.url);

describe.each(databases)('the audit of the services on $name', ({ database }) => {
  const started: TestService[] = [];
  const start = async (reads: AuditReads) => {
    const service = await startTestService(database, { reads });
    started.push(service);
    return service.clients[0]!;
  };
  beforeAll(() => insertDataSet(database, company));
  afterAll(() => Promise.all(started.map(({ servers }) => servers.close())));

  /** The newest entry of an RPC, once it is there. */
  const newest = async ({ audit }: TestClients, rpc: string, requestId?: string): Promise<AuditEntry> => {
    const filter = { rpc: `finance.${rpc}` };
    const found = async () =>
      (await audit.listAuditEntries({ filter, orderBy: 'sequence desc', pageSize: 5 })).entries.find(
        (entry) => requestId === undefined || entry.requestId === requestId,
      );
    await expect.poll(found, { timeout: 10_000 }).toBeDefined();
    return (await found())!;
  };

  it('lists all RPCs that change something', () => {
    const methods = [FundsService, PermissionService, AuditService].flatMap((service) =>
      service.methods.map((method) => `${service.name}/${method.name}`),
    );
    expect(methods.filter((name) => !reads.test(name)).sort()).toEqual(Object.keys(writes).sort());
  });

  it.each(Object.entries(writes))(
    '%s leaves exactly one entry, a change, even if reads are off',
    async (rpc, write) => {
      const clients = await start('off');
      const before = await clients.audit.listAuditEntries({ pageSize: 1000 });
      await write(clients);
      const added = async () =>
        (await clients.audit.listAuditEntries({ pageSize: 1000 })).entries.slice(before.entries.length);
      await expect.poll(async () => (await added()).length, { timeout: 10_000 }).toBe(1);
      const [entry] = await added();
      expect(entry).toMatchObject({ kind: AuditKind.WRITE, outcome: 'OK' });
      expect(entry?.rpc.endsWith(`.${rpc}`)).toBe(true);
      expect(entry?.caller).not.toBe('');
    },
  );

  it('a decision is on record with who, for whom, what, how many, by which strategy and as of when', async () => {
    const clients = await start('sync');
    const request = { viewerUserId: admin, pageSize: 3, orderBy: 'amount desc' };
    const page = await clients.funds.listFunds(request, { headers: { 'x-request-id': 'audited-1' } });
    const entry = await newest(clients, 'funds.v1.FundsService/ListFunds');
    expect(entry).toMatchObject({
      kind: AuditKind.CALL,
      requestId: 'audited-1',
      viewerUserId: admin,
      outcome: 'OK',
      resultCount: BigInt(page.funds.length),
      totalSize: page.totalSize,
      strategy: 'adaptive-sql',
      position: expect.stringContaining(`${database.dialect.name}:`),
      argumentsHash: argumentsHash(FundsService.method.listFunds, create(FundsService.method.listFunds.input, request)),
    });
  });

  it('allowed and denied checks differ in their count, refusals in their outcome', async () => {
    const clients = await start('sync');
    const { permission, funds } = clients;
    await permission.batchCheckAccess({ viewerUserId: admin, fundIds: [first!, 424_242n, first!] });
    const checked = await newest(clients, 'permission.v1.PermissionService/BatchCheckAccess');
    expect(checked.resultCount).toBe(2n);
    await permission.checkAccess({ viewerUserId: admin, fundId: 424_242n });
    expect((await newest(clients, 'permission.v1.PermissionService/CheckAccess')).resultCount).toBe(0n);
    await funds.getFund({ viewerUserId: admin, fundId: 424_242n }).catch(() => undefined);
    const refused = await newest(clients, 'funds.v1.FundsService/GetFund');
    expect(refused).toMatchObject({ outcome: 'FUND_ACCESS_DENIED', kind: AuditKind.CALL });
    expect(refused.resultCount).toBeUndefined();
    await permission.moveUser({ userId, newParentUserId: userId }).catch(() => undefined);
    const move = await newest(clients, 'permission.v1.PermissionService/MoveUser');
    expect(move).toMatchObject({ outcome: 'ORG_CYCLE', kind: AuditKind.CALL });
  });

  it('an export is on record with all it handed out', async () => {
    const clients = await start('sync');
    let rows = 0n;
    for await (const batch of clients.funds.exportFunds({ viewerUserId: admin })) rows += BigInt(batch.funds.length);
    expect(await newest(clients, 'funds.v1.FundsService/ExportFunds')).toMatchObject({
      outcome: 'OK',
      resultCount: rows,
      position: expect.stringContaining(':'),
    });
  });

  it('a stream is on record when its first message leaves, and again at its end', async () => {
    const clients = await start('sync');
    const headers = { 'x-request-id': 'audited-stream' };
    const onRecord = async () =>
      (await clients.audit.listAuditEntries({ filter: { rpc: exportFunds }, pageSize: 1000 })).entries
        .filter(({ requestId }) => requestId === 'audited-stream')
        .map(({ kind, viewerUserId, outcome, resultCount }) => ({ kind, viewerUserId, outcome, resultCount }));
    const stream = clients.funds.exportFunds({ viewerUserId: admin }, { headers })[Symbol.asyncIterator]();
    const first = await stream.next();
    const beginning = { kind: AuditKind.BEGIN, viewerUserId: admin, outcome: 'OK', resultCount: undefined };
    expect((await onRecord())[0]).toEqual(beginning);
    let rows = BigInt(first.value.funds.length);
    for (let step = await stream.next(); !step.done; step = await stream.next())
      rows += BigInt(step.value.funds.length);
    await expect
      .poll(onRecord, { timeout: 10_000 })
      .toEqual([beginning, { ...beginning, kind: AuditKind.CALL, resultCount: rows }]);
  });

  it('async reads come within moments', async () => {
    const clients = await start('async');
    const headers = { 'x-request-id': 'audited-async' };
    await clients.permission.getUser({ userId }, { headers });
    const entry = await newest(clients, 'permission.v1.PermissionService/GetUser', 'audited-async');
    expect(entry).toMatchObject({ outcome: 'OK', resultCount: 1n });
  });

  it('pages walk the whole log in order, and its hashes hold', async () => {
    const { audit } = await start('off');
    const sequences: bigint[] = [];
    let pageToken = '';
    do {
      const page = await audit.listAuditEntries({ pageSize: 3, pageToken });
      sequences.push(...page.entries.map(({ sequence }) => sequence));
      ({ nextPageToken: pageToken } = page);
    } while (pageToken !== '');
    expect(sequences).toEqual(sequences.map((_, index) => BigInt(index + 1)));
    expect((await verifyLog(database, {}, new AbortController().signal)).firstBad).toBeUndefined();
    const changes = await audit.listAuditEntries({ filter: { kind: AuditKind.WRITE }, pageSize: 1000 });
    expect(changes.entries.every(({ kind }) => kind === AuditKind.WRITE)).toBe(true);
    expect(changes.entries.length).toBeLessThan(sequences.length);
  });

  it('refuses an unknown kind and order', async () => {
    const { audit } = await start('off');
    for (const request of [{ filter: { kind: 99 as AuditKind } }, { orderBy: 'caller' }]) {
      const error = await audit.listAuditEntries(request).catch((problem: unknown) => ConnectError.from(problem));
      expect(error).toMatchObject({ code: Code.InvalidArgument });
    }
  });
});
