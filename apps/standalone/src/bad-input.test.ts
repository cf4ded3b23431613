import { Code, ConnectError } from '@connectrpc/connect';
import { FundStatus } from '@finance/contract/fund';
import { PaginationStrategy } from '@finance/contract/funds-service';
import { Role } from '@finance/contract/permission';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients } from './test-service.ts';

const company = sample(arbitraryCompany(), { seed: 4, numRuns: 30 }).find(
  ({ users, funds }) => users.length > 4 && funds.length > 6,
)!;
const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    return { name, database, ...(await startTestService(database)) };
  }),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));

const viewerUserId = company.users.find((user) => user.role === 'admin')?.userId ?? company.users[0]!.userId;
const fundId = company.funds[0]!.fundId;
const unknownId = 424_242n;
const valid = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId: viewerUserId };

type Call = (clients: TestClients) => Promise<unknown>;

/** Reads a stream to its end. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** Requests that are wrong in themselves: refused before the database is asked for anything. */
const malformed: readonly (readonly [what: string, reason: string, call: Call])[] = [
  ['no viewer', 'FIELD_INVALID', ({ funds }) => funds.listFunds({})],
  ['a negative viewer', 'FIELD_INVALID', ({ funds }) => funds.listFunds({ viewerUserId: -1n })],
  ['a negative page size', 'PAGE_SIZE_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, pageSize: -1 })],
  ['a negative skip', 'SKIP_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, skip: -5 })],
  ['a huge skip', 'SKIP_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, skip: 2 ** 31 - 1 })],
  ['an unknown column', 'ORDER_BY_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, orderBy: 'salary' })],
  [
    'SQL as a column',
    'ORDER_BY_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, orderBy: 'amount; drop table' }),
  ],
  [
    'a foreign token',
    'PAGE_TOKEN_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, pageToken: 'CAESBgoEdGVzdA==' }),
  ],
  [
    'a token of 9,000 letters',
    'PAGE_TOKEN_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, pageToken: 'A'.repeat(9_000) }),
  ],
  [
    'an unknown strategy',
    'FIELD_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, strategy: 99 as PaginationStrategy }),
  ],
  [
    'a strategy not offered',
    'STRATEGY_NOT_ALLOWED',
    ({ funds }) => funds.listFunds({ viewerUserId, strategy: PaginationStrategy.IN_LIST }),
  ],
  ['an unknown view', 'FIELD_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, view: 9 as never })],
  ['an unknown total mode', 'FIELD_INVALID', ({ funds }) => funds.listFunds({ viewerUserId, totalMode: 9 as never })],
  [
    'an unknown status in a filter',
    'FIELD_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, filter: { statuses: [77 as FundStatus] } }),
  ],
  [
    'a filter whose range is empty',
    'FILTER_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, filter: { amountCentsMin: 2n, amountCentsMax: 1n } }),
  ],
  [
    'a department of 101 characters',
    'FIELD_INVALID',
    ({ funds }) => funds.listFunds({ viewerUserId, filter: { handlerDepartment: 'x'.repeat(101) } }),
  ],
  [
    'a foreign consistency token',
    'CONSISTENCY_TOKEN_INVALID',
    ({ funds }) =>
      funds.listFunds({ viewerUserId, consistency: { requirement: { case: 'atLeastAsFresh', value: 'x' } } }),
  ],
  ['a summary for no viewer', 'FIELD_INVALID', ({ funds }) => funds.summarizeFunds({})],
  ['an unknown group', 'FIELD_INVALID', ({ funds }) => funds.summarizeFunds({ viewerUserId, groupBy: 9 as never })],
  [
    'a summary whose filter has an empty range',
    'FILTER_INVALID',
    ({ funds }) => funds.summarizeFunds({ viewerUserId, filter: { amountCentsMin: 2n, amountCentsMax: 1n } }),
  ],
  ['an export for no viewer', 'FIELD_INVALID', ({ funds }) => drain(funds.exportFunds({}))],
  [
    'an export by an unknown column',
    'ORDER_BY_INVALID',
    ({ funds }) => drain(funds.exportFunds({ viewerUserId, orderBy: 'amount; drop table' })),
  ],
  [
    'an export with an unknown status',
    'FIELD_INVALID',
    ({ funds }) => drain(funds.exportFunds({ viewerUserId, filter: { statuses: [77 as FundStatus] } })),
  ],
  [
    'an export with a foreign consistency token',
    'CONSISTENCY_TOKEN_INVALID',
    ({ funds }) =>
      drain(funds.exportFunds({ viewerUserId, consistency: { requirement: { case: 'atLeastAsFresh', value: 'x' } } })),
  ],
  ['a negative customer', 'FIELD_INVALID', ({ funds }) => funds.listCustomerOrders({ viewerUserId, customerId: -1n })],
  [
    'a customers’ department of 101 characters',
    'FIELD_INVALID',
    ({ funds }) => funds.listCustomerOrders({ viewerUserId, department: 'x'.repeat(101) }),
  ],
  [
    'a foreign token for customers',
    'PAGE_TOKEN_INVALID',
    ({ funds }) => funds.listCustomerOrders({ viewerUserId, pageToken: 'CAESBgoEdGVzdA==' }),
  ],
  [
    'a consistency requirement set to false',
    'FIELD_INVALID',
    ({ funds }) =>
      funds.listFunds({ viewerUserId, consistency: { requirement: { case: 'fullyConsistent', value: false } } }),
  ],
  ['an empty batch', 'BATCH_TOO_LARGE', ({ funds }) => funds.batchGetFunds({ viewerUserId })],
  [
    'a batch of 1,001',
    'BATCH_TOO_LARGE',
    ({ permission }) => permission.batchCheckAccess({ viewerUserId, fundIds: Array.from({ length: 1001 }, () => 1n) }),
  ],
  [
    'an empty mask',
    'UPDATE_MASK_INVALID',
    ({ funds }) => funds.updateFund({ fund: { ...valid, fundId }, updateMask: {} }),
  ],
  ['no mask', 'UPDATE_MASK_INVALID', ({ permission }) => permission.updateUser({ user: { userId: viewerUserId } })],
  [
    'a mask with a fixed field',
    'UPDATE_MASK_INVALID',
    ({ funds }) => funds.updateFund({ fund: { ...valid, fundId }, updateMask: { paths: ['fund_id'] } }),
  ],
  ['no fund to create', 'FIELD_INVALID', ({ funds }) => funds.createFund({})],
  [
    'an amount beyond DECIMAL(15,2)',
    'FIELD_INVALID',
    ({ funds }) => funds.createFund({ fund: { ...valid, amountCents: 10n ** 15n } }),
  ],
  [
    'a currency that is none',
    'FIELD_INVALID',
    ({ funds }) => funds.createFund({ fund: { ...valid, currencyCode: "E'R" } }),
  ],
  ['a user without a name', 'FIELD_INVALID', ({ permission }) => permission.createUser({ user: { role: Role.STAFF } })],
  ['a user without a role', 'FIELD_INVALID', ({ permission }) => permission.createUser({ user: { name: 'A' } })],
  [
    'a name with a line break',
    'FIELD_INVALID',
    ({ permission }) => permission.createUser({ user: { name: 'A\nB', role: Role.STAFF } }),
  ],
  [
    'a negative depth',
    'FIELD_INVALID',
    ({ permission }) => permission.listSubordinates({ userId: viewerUserId, depthMax: -1 }),
  ],
];

/** Requests that the data refuses. */
const refused: readonly (readonly [what: string, code: Code, reason: string, call: Call])[] = [
  ['an unknown viewer', Code.NotFound, 'VIEWER_NOT_FOUND', ({ funds }) => funds.listFunds({ viewerUserId: unknownId })],
  [
    'an unknown viewer of a summary',
    Code.NotFound,
    'VIEWER_NOT_FOUND',
    ({ funds }) => funds.summarizeFunds({ viewerUserId: unknownId }),
  ],
  [
    'an unknown viewer of an export',
    Code.NotFound,
    'VIEWER_NOT_FOUND',
    ({ funds }) => drain(funds.exportFunds({ viewerUserId: unknownId })),
  ],
  [
    'an unknown viewer of customers',
    Code.NotFound,
    'VIEWER_NOT_FOUND',
    ({ funds }) => funds.listCustomerOrders({ viewerUserId: unknownId }),
  ],
  [
    'an unknown viewer of a check',
    Code.NotFound,
    'VIEWER_NOT_FOUND',
    ({ permission }) => permission.checkAccess({ viewerUserId: unknownId, fundId }),
  ],
  ['an unknown user', Code.NotFound, 'USER_NOT_FOUND', ({ permission }) => permission.getUser({ userId: unknownId })],
  [
    'an unknown fund to change',
    Code.NotFound,
    'FUND_NOT_FOUND',
    ({ funds }) => funds.updateFund({ fund: { ...valid, fundId: unknownId }, updateMask: { paths: ['status'] } }),
  ],
  [
    'a fund of an unknown order',
    Code.FailedPrecondition,
    'REFERENCE_NOT_FOUND',
    ({ funds }) => funds.createFund({ fund: { ...valid, orderId: unknownId } }),
  ],
  [
    'a fund that exists',
    Code.AlreadyExists,
    'FUND_EXISTS',
    ({ funds }) => funds.createFund({ fund: { ...valid, fundId } }),
  ],
  [
    'a user under themselves',
    Code.FailedPrecondition,
    'ORG_CYCLE',
    ({ permission }) => permission.moveUser({ userId: viewerUserId, newParentUserId: viewerUserId }),
  ],
  [
    'an old org version',
    Code.Aborted,
    'ORG_VERSION_CONFLICT',
    ({ permission }) => permission.moveUser({ userId: viewerUserId, expectedOrgVersion: 999_999n }),
  ],
  [
    'an unknown order',
    Code.NotFound,
    'ORDER_NOT_FOUND',
    ({ permission }) => permission.assignOrder({ orderId: unknownId, userId: viewerUserId }),
  ],
  [
    'what is not served yet',
    Code.Unimplemented,
    'NOT_IMPLEMENTED',
    async ({ permission }) => {
      for await (const change of permission.watchChanges({})) expect.fail(`an event came: ${change.position}`);
    },
  ],
];

const cases = services.flatMap(({ name, clients, ...service }) =>
  clients.map((client) => ({ name, clients: client, protocol: client.protocol, ...service })),
);

async function errorOf(call: Promise<unknown>): Promise<{ error: ConnectError; reason: string | undefined }> {
  const error = await call.then(
    () => expect.fail('the call was answered'),
    (problem: unknown) => ConnectError.from(problem),
  );
  // What a caller may learn: our words, never the database's, the code's or the machine's.
  expect(error.rawMessage).not.toMatch(/select|insert|update |sqlite|mysql|node_modules|\.ts|\bat \w+ \(/i);
  return { error, reason: error.findDetails(ErrorInfoSchema)[0]?.reason };
}

describe.each(cases)('on $name over $protocol', ({ clients, databaseCalls }) => {
  it.each(malformed)('refuses %s with %s and no database work', async (_, reason, call) => {
    const before = databaseCalls();
    const { error, reason: given } = await errorOf(call(clients));
    expect([error.code, given]).toEqual([Code.InvalidArgument, reason]);
    expect(databaseCalls()).toBe(before);
  });

  it.each(refused)('refuses %s', async (_, code, reason, call) => {
    const { error, reason: given } = await errorOf(call(clients));
    expect([error.code, given]).toEqual([code, reason]);
  });

  it('refuses a token of another viewer, filter or order, and every altered one', async () => {
    const { nextPageToken } = await clients.funds.listFunds({ viewerUserId, pageSize: 1 });
    expect(nextPageToken).not.toBe('');
    const other = company.users.find((user) => user.userId !== viewerUserId)!.userId;
    for (const call of [
      { viewerUserId: other, pageToken: nextPageToken },
      { viewerUserId, pageToken: nextPageToken, orderBy: 'amount' },
      { viewerUserId, pageToken: nextPageToken, filter: { amountCentsMin: 1n } },
    ]) {
      expect((await errorOf(clients.funds.listFunds(call))).reason).toBe('PAGE_TOKEN_MISMATCH');
    }
    const elsewhere = clients.funds.listCustomerOrders({ viewerUserId, pageToken: nextPageToken });
    expect((await errorOf(elsewhere)).reason).toBe('PAGE_TOKEN_MISMATCH');
    for (const pageToken of [
      nextPageToken.slice(0, -1),
      nextPageToken.slice(1),
      `${nextPageToken}A`,
      nextPageToken.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')),
      nextPageToken.toLowerCase(),
    ]) {
      expect((await errorOf(clients.funds.listFunds({ viewerUserId, pageToken }))).reason).toBe('PAGE_TOKEN_INVALID');
    }
  });

  it('refuses a message over the limit', async () => {
    const pageToken = 'A'.repeat(1024 * 1024);
    const { error } = await errorOf(clients.funds.listFunds({ viewerUserId, pageToken }));
    expect(error.code).toBe(Code.ResourceExhausted);
  });

  it('has changed nothing by all that', async () => {
    const page = await clients.funds.listFunds({ viewerUserId, pageSize: 1000 });
    expect(page.totalSize).toBe(BigInt(company.funds.length));
  });
});

describe.each(services)('JSON on $name', ({ servers }) => {
  const post = async (body: string) => {
    const answer = await fetch(`${servers.httpUrl}/finance.funds.v1.FundsService/ListFunds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: answer.status, body: (await answer.json()) as { code: string; message: string } };
  };

  it.each([
    ['an id over 2^63', '{"viewerUserId":"9223372036854775808"}'],
    ['an id that is no number', '{"viewerUserId":"1 OR 1=1"}'],
    ['an unknown field', '{"viewerUserId":"1","isAdmin":true}'],
    ['an unknown enum word', '{"viewerUserId":"1","view":"FUND_VIEW_SECRET"}'],
    ['a truncated object', '{"viewerUserId":"1"'],
    ['a fraction', '{"viewerUserId":"1","pageSize":1.5}'],
  ])('refuses %s', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_argument']);
  });

  it('answers a plain curl', async () => {
    const answer = await post(
      JSON.stringify({ viewerUserId: String(viewerUserId), pageSize: 5, orderBy: 'amount desc' }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ totalSize: String(company.funds.length), nextPageToken: expect.any(String) });
  });
});
