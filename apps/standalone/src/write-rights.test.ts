import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectError } from '@connectrpc/connect';
import { FundStatus } from '@finance/contract/fund';
import { Role } from '@finance/contract/permission';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import type { DataSet } from '@finance/strategy-contract';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients } from './test-service.ts';

/** 1 admin ─ 2 supervisor (3 staff, 4 staff), 5 supervisor (6 staff); user 9 is nobody, though an order names them. */
const company: DataSet = {
  users: (
    [
      [1n, 'admin', null],
      [2n, 'supervisor', 1n],
      [3n, 'staff', 2n],
      [4n, 'staff', 2n],
      [5n, 'supervisor', 1n],
      [6n, 'staff', 5n],
    ] as const
  ).map(([userId, role, parentUserId]) => ({ userId, name: `u${userId}`, role, department: 'd', parentUserId })),
  orders: [
    { orderId: 11n, ownerUserId: 3n, customerId: 21n, amountCents: 1n, createdAtMicros: 1 },
    { orderId: 12n, ownerUserId: 6n, customerId: 22n, amountCents: 1n, createdAtMicros: 1 },
    { orderId: 13n, ownerUserId: 9n, customerId: 22n, amountCents: 1n, createdAtMicros: 1 },
  ],
  customers: [
    { customerId: 21n, name: 'c21', adminUserId: 4n },
    { customerId: 22n, name: 'c22', adminUserId: 6n },
  ],
  funds: (
    [
      [31n, 3n, null, null],
      [32n, 6n, null, null],
      // Not handled in the team of user 2, but with an order of theirs.
      [33n, 6n, 11n, null],
      [34n, 6n, 13n, null],
    ] as const
  ).map(([fundId, handlerUserId, orderId, customerId]) => ({
    fundId,
    handlerUserId,
    orderId,
    customerId,
    amountCents: 5n,
    currencyCode: 'EUR',
    status: 'pending' as const,
    createdAtMicros: 1_700_000_000_000_000,
    updatedAtMicros: 1_700_000_000_000_000,
  })),
};
const missing = 424_242n;

const writes = ['write-funds', 'write-org', 'write-assignments'];
const callers = {
  /** Nobody in the company. */
  service: { capabilities: writes },
  /** The same, trusted to read. */
  gateway: { capabilities: ['act-as-any-viewer', ...writes] },
  /** A supervisor's own credential. */
  supervisor: { userId: '2', capabilities: ['act-as-self', ...writes] },
  /** A supervisor who administers without a right to look. */
  clerk: { userId: '2', capabilities: writes },
  staff: { userId: '3', capabilities: ['act-as-self', ...writes] },
  admin: { userId: '1', capabilities: ['act-as-self', ...writes] },
  /** Somebody who has left. */
  leaver: { userId: '9', capabilities: ['act-as-self', ...writes] },
};
type CallerName = keyof typeof callers;
const names = Object.keys(callers) as CallerName[];
const bearer = (caller: CallerName) => ({ headers: { authorization: `Bearer key-of-${caller}` } });

const folder = mkdtempSync(join(tmpdir(), 'finance-write-rights-'));
const file = join(folder, 'credentials.json');
writeFileSync(
  file,
  JSON.stringify(
    Object.entries(callers).map(([subject, rights]) => ({
      subject,
      ...rights,
      keysSha256: [createHash('sha256').update(`key-of-${subject}`).digest('hex')],
    })),
  ),
);

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    const config = { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: file } as const;
    return { name, ...(await startTestService(database, { config })) };
  }),
);
afterAll(async () => {
  await Promise.all(services.map(({ servers }) => servers.close()));
  rmSync(folder, { recursive: true });
});
const cases = services.flatMap(({ name, clients }) => clients.map((client) => ({ name, ...client })));

type Call = (clients: TestClients, caller: CallerName) => Promise<unknown>;

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason ?? String(error);
  }
}

const OK = 'OK';
const no = 'WRITE_NOT_ALLOWED';
const denied = 'FUND_ACCESS_DENIED';

const updateFund =
  (
    fundId: bigint,
    fields: { handlerUserId?: bigint; orderId?: bigint; customerId?: bigint; amountCents?: bigint },
  ): Call =>
  ({ funds }, caller) =>
    funds.updateFund(
      {
        fund: { fundId, ...fields },
        updateMask: { paths: Object.keys(fields).map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)) },
      },
      bearer(caller),
    );
const createFund =
  (fields: { fundId?: bigint; handlerUserId: bigint; orderId?: bigint; customerId?: bigint }): Call =>
  async ({ funds }, caller) => {
    const fund = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, ...fields };
    const { fund: made } = await funds.createFund({ fund }, bearer(caller));
    await funds.deleteFund({ fundId: made!.fundId }, bearer('service'));
  };
const deleteFund =
  (handlerUserId: bigint): Call =>
  async ({ funds }, caller) => {
    const fund = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId };
    const { fund: made } = await funds.createFund({ fund }, bearer('service'));
    try {
      await funds.deleteFund({ fundId: made!.fundId }, bearer(caller));
    } catch (error) {
      await funds.deleteFund({ fundId: made!.fundId }, bearer('service'));
      throw error;
    }
  };
/** To an order of the team, and back, by the service. */
const takeOver =
  (fundId: bigint, orderId: bigint): Call =>
  async (clients, caller) => {
    await updateFund(fundId, { orderId })(clients, caller);
    await updateFund(fundId, { orderId: 0n })(clients, 'service');
  };
/** And back, by the service. */
const assignOrder =
  (orderId: bigint, userId: bigint, back: bigint): Call =>
  async ({ permission }, caller) => {
    await permission.assignOrder({ orderId, userId }, bearer(caller));
    await permission.assignOrder({ orderId, userId: back }, bearer('service'));
  };
const assignCustomer =
  (customerId: bigint, userId: bigint, back: bigint): Call =>
  async ({ permission }, caller) => {
    await permission.assignCustomer({ customerId, userId }, bearer(caller));
    await permission.assignCustomer({ customerId, userId: back }, bearer('service'));
  };
const updateUser =
  (userId: bigint, fields: { name?: string; role?: Role }, back: typeof fields): Call =>
  async ({ permission }, caller) => {
    const updateMask = { paths: Object.keys(fields) };
    await permission.updateUser({ user: { userId, ...fields }, updateMask }, bearer(caller));
    await permission.updateUser({ user: { userId, ...back }, updateMask }, bearer('service'));
  };
const createUser =
  (parentUserId: bigint, role: Role, userId = 0n): Call =>
  ({ permission }, caller) =>
    permission.createUser({ user: { userId, name: 'new', role, department: '', parentUserId } }, bearer(caller));
const moveUser =
  (userId: bigint, newParentUserId: bigint, back: bigint, validateOnly = false): Call =>
  async ({ permission }, caller) => {
    await permission.moveUser({ userId, newParentUserId, validateOnly }, bearer(caller));
    if (!validateOnly) await permission.moveUser({ userId, newParentUserId: back }, bearer('service'));
  };

/** What comes of a write, by caller: those of nobody's own, then the others. */
type Row = readonly [what: string, call: Call, outcomes: Readonly<Record<CallerName, string>>];
const row = (
  what: string,
  call: Call,
  [service, clerk, supervisor, staff, admin, leaver]: readonly [string, string, string, string, string, string],
): Row => [what, call, { service, gateway: service, clerk, supervisor, staff, admin, leaver }];

//                                                                     service  clerk  superv. staff  admin  leaver
const table: readonly Row[] = [
  row('a fund of their own', updateFund(31n, { amountCents: 6n }), [OK, OK, OK, OK, OK, denied]),
  row('a fund of others', updateFund(32n, { amountCents: 6n }), [OK, OK, denied, denied, OK, denied]),
  row('a fund by its order', updateFund(33n, { amountCents: 6n }), [OK, OK, OK, OK, OK, denied]),
  row('no fund', updateFund(missing, { amountCents: 6n }), [
    'FUND_NOT_FOUND',
    'FUND_NOT_FOUND',
    denied,
    denied,
    denied,
    denied,
  ]),
  row('a fund to take over', updateFund(32n, { handlerUserId: 6n, orderId: 12n }), [
    OK,
    OK,
    denied,
    denied,
    OK,
    denied,
  ]),
  row('a fund to others', updateFund(31n, { orderId: 12n }), [OK, OK, no, no, OK, denied]),
  row('a fund to nobody', updateFund(31n, { orderId: missing }), [
    'REFERENCE_NOT_FOUND',
    'REFERENCE_NOT_FOUND',
    no,
    no,
    'REFERENCE_NOT_FOUND',
    denied,
  ]),
  row('a fund to a customer of others', updateFund(31n, { customerId: 22n }), [OK, OK, no, no, OK, denied]),
  row('a fund to no order', updateFund(31n, { orderId: 0n, customerId: 0n }), [OK, OK, OK, OK, OK, denied]),
  row('a fund into their reach', takeOver(32n, 11n), [OK, no, denied, denied, OK, denied]),
  row('a new fund of their own', createFund({ handlerUserId: 3n }), [OK, OK, OK, OK, OK, no]),
  row('a new fund for others', createFund({ handlerUserId: 6n }), [OK, OK, no, no, OK, no]),
  row('a new fund of an order of others', createFund({ handlerUserId: 3n, orderId: 12n }), [OK, OK, no, no, OK, no]),
  row('a new fund for nobody', createFund({ handlerUserId: missing }), [
    'REFERENCE_NOT_FOUND',
    'REFERENCE_NOT_FOUND',
    no,
    no,
    'REFERENCE_NOT_FOUND',
    no,
  ]),
  row('a new fund with an id that is taken', createFund({ fundId: 32n, handlerUserId: 3n }), [
    'FUND_EXISTS',
    'FUND_EXISTS',
    no,
    no,
    'FUND_EXISTS',
    no,
  ]),
  row('a new fund with an id that is free', createFund({ fundId: missing, handlerUserId: 3n }), [
    OK,
    OK,
    no,
    no,
    OK,
    no,
  ]),
  row('removal of a fund of their own', deleteFund(3n), [OK, OK, OK, OK, OK, denied]),
  row('removal of a fund of others', deleteFund(6n), [OK, OK, denied, denied, OK, denied]),
  row('an order in the team', assignOrder(11n, 4n, 3n), [OK, OK, OK, no, OK, no]),
  row('an order of others to the team', assignOrder(12n, 3n, 6n), [OK, no, no, no, OK, no]),
  row('an order of others to others', assignOrder(12n, 5n, 6n), [OK, OK, no, no, OK, no]),
  row('an order of nobody to the team', assignOrder(13n, 2n, 6n), [OK, no, no, no, OK, no]),
  row('an order of the team to others', assignOrder(11n, 6n, 3n), [OK, OK, no, no, OK, no]),
  row('no order', assignOrder(missing, 3n, 3n), ['ORDER_NOT_FOUND', no, no, no, 'ORDER_NOT_FOUND', no]),
  row('an order to nobody', assignOrder(11n, missing, 3n), [
    'REFERENCE_NOT_FOUND',
    'REFERENCE_NOT_FOUND',
    no,
    no,
    'REFERENCE_NOT_FOUND',
    no,
  ]),
  row('a customer in the team', assignCustomer(21n, 3n, 4n), [OK, OK, OK, no, OK, no]),
  row('a customer of others to the team', assignCustomer(22n, 3n, 6n), [OK, no, no, no, OK, no]),
  row('no customer', assignCustomer(missing, 6n, 6n), [
    'CUSTOMER_NOT_FOUND',
    'CUSTOMER_NOT_FOUND',
    no,
    no,
    'CUSTOMER_NOT_FOUND',
    no,
  ]),
  row('a name in the team', updateUser(3n, { name: 'x' }, { name: 'u3' }), [OK, OK, OK, OK, OK, no]),
  row('a name elsewhere', updateUser(6n, { name: 'x' }, { name: 'u6' }), [OK, OK, no, no, OK, no]),
  row('a name above', updateUser(1n, { name: 'x' }, { name: 'u1' }), [OK, OK, no, no, OK, no]),
  row('a name of nobody', updateUser(missing, { name: 'x' }, {}), [
    'USER_NOT_FOUND',
    'USER_NOT_FOUND',
    no,
    no,
    'USER_NOT_FOUND',
    no,
  ]),
  row('the role of user 2, up', updateUser(2n, { role: Role.ADMIN }, { role: Role.SUPERVISOR }), [
    OK,
    no,
    no,
    no,
    OK,
    no,
  ]),
  row('the role of user 3, up', updateUser(3n, { role: Role.SUPERVISOR }, { role: Role.STAFF }), [
    OK,
    OK,
    OK,
    no,
    OK,
    no,
  ]),
  row('the role of user 3, above all', updateUser(3n, { role: Role.ADMIN }, { role: Role.STAFF }), [
    OK,
    OK,
    no,
    no,
    OK,
    no,
  ]),
  row('the role of user 2, the same', updateUser(2n, { role: Role.SUPERVISOR }, { role: Role.SUPERVISOR }), [
    OK,
    OK,
    OK,
    no,
    OK,
    no,
  ]),
  row('a new colleague', createUser(2n, Role.STAFF), [OK, OK, OK, no, OK, no]),
  row('a new admin below', createUser(2n, Role.ADMIN), [OK, OK, no, no, OK, no]),
  row('a new colleague elsewhere', createUser(6n, Role.STAFF), [OK, OK, no, no, OK, no]),
  row('a new top', createUser(0n, Role.STAFF), [OK, OK, no, no, OK, no]),
  row('a new colleague below nobody', createUser(missing, Role.STAFF), [
    'REFERENCE_NOT_FOUND',
    'REFERENCE_NOT_FOUND',
    no,
    no,
    'REFERENCE_NOT_FOUND',
    no,
  ]),
  row('a colleague whose id is taken', createUser(2n, Role.STAFF, 6n), ['USER_EXISTS', no, no, no, 'USER_EXISTS', no]),
  row('a move in the team', moveUser(4n, 3n, 2n), [OK, OK, OK, no, OK, no]),
  row('a move into the team', moveUser(6n, 2n, 5n), [OK, no, no, no, OK, no]),
  row('a preview of that', moveUser(6n, 2n, 5n, true), [OK, no, no, no, OK, no]),
  row('a move out of the team', moveUser(4n, 5n, 2n), [OK, OK, no, no, OK, no]),
  row('a move of user 2', moveUser(2n, 5n, 1n), [OK, OK, no, no, OK, no]),
  row('a move to the top', moveUser(4n, 0n, 2n), [OK, OK, no, no, OK, no]),
  row('a move of nobody', moveUser(missing, 5n, 5n), [
    'USER_NOT_FOUND',
    'USER_NOT_FOUND',
    no,
    no,
    'USER_NOT_FOUND',
    no,
  ]),
];

describe.each(cases)('writes on $name over $protocol', (clients) => {
  it.each(table)('%s', async (_what, call, outcomes) => {
    for (const caller of names)
      expect([caller, await outcome(call(clients, caller))]).toEqual([caller, outcomes[caller]]);
  });

  it('tell a missing and an invisible thing in the same words', async () => {
    const textOf = async (call: Call, id: bigint) => {
      const error = ConnectError.from(await call(clients, 'supervisor').catch((each: unknown) => each));
      const { reason, metadata } = error.findDetails(ErrorInfoSchema)[0]!;
      return JSON.stringify([error.code, error.rawMessage, reason, metadata]).replaceAll(String(id), 'ID');
    };
    const pairs: readonly (readonly [make: (id: bigint) => Call, invisible: bigint])[] = [
      [(id) => updateFund(id, { amountCents: 1n }), 32n],
      [
        (id) =>
          ({ funds }, caller) =>
            funds.deleteFund({ fundId: id }, bearer(caller)),
        32n,
      ],
      [(id) => updateFund(31n, { orderId: id }), 12n],
      [(id) => createFund({ handlerUserId: id }), 6n],
      [(id) => createFund({ handlerUserId: 3n, customerId: id }), 22n],
      [(id) => createFund({ handlerUserId: 3n, fundId: id }), 32n],
      [(id) => assignOrder(id, 3n, 3n), 12n],
      [(id) => assignOrder(11n, id, 3n), 6n],
      [(id) => assignCustomer(id, 3n, 3n), 22n],
      [(id) => updateUser(id, { name: 'x' }, {}), 6n],
      [(id) => moveUser(id, 2n, 2n), 6n],
      [(id) => moveUser(3n, id, 2n), 6n],
      [(id) => createUser(id, Role.STAFF), 6n],
    ];
    for (const [make, invisible] of pairs)
      expect(await textOf(make(invisible), invisible)).toBe(await textOf(make(missing), missing));
  });

  it('answer with no more than their writer may read', async () => {
    const { funds, permission } = clients;
    const update = async (caller: CallerName, fundId: bigint) =>
      (
        await funds.updateFund(
          { fund: { fundId, currencyCode: 'USD' }, updateMask: { paths: ['currency_code'] } },
          bearer(caller),
        )
      ).fund;
    for (const caller of ['service', 'clerk'] as const) {
      const fund = await update(caller, 32n);
      expect(fund).toMatchObject({ fundId: 32n, currencyCode: 'USD', amountCents: 0n, handlerUserId: 0n, status: 0 });
      expect([fund?.createTime, fund?.updateTime]).toEqual([undefined, undefined]);
    }
    for (const caller of ['gateway', 'admin'] as const)
      expect(await update(caller, 32n)).toMatchObject({ fundId: 32n, currencyCode: 'USD', handlerUserId: 6n });
    expect(await update('supervisor', 31n)).toMatchObject({ fundId: 31n, handlerUserId: 3n });
    // What they give away they see no longer.
    const given = { fund: { fundId: 33n, orderId: 0n }, updateMask: { paths: ['order_id'] } };
    const { fund: away } = await funds.updateFund(given, bearer('supervisor'));
    expect(away).toMatchObject({ fundId: 33n, orderId: 0n, handlerUserId: 0n, amountCents: 0n });
    await funds.updateFund({ ...given, fund: { fundId: 33n, orderId: 11n } }, bearer('service'));
    const fund = { amountCents: 7n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId: 3n };
    for (const [caller, amountCents] of [
      ['service', 0n],
      ['supervisor', 7n],
      ['gateway', 7n],
    ] as const) {
      const { fundId } = (await funds.createFund({ fund }, bearer('service'))).fund!;
      expect((await funds.deleteFund({ fundId }, bearer(caller))).fund).toMatchObject({ fundId, amountCents });
    }
    for (const [caller, counts] of [
      ['service', false],
      ['clerk', false],
      ['gateway', true],
      ['supervisor', true],
      ['admin', true],
    ] as const) {
      const move = { userId: 3n, newParentUserId: 4n, validateOnly: true };
      const { affectedUserCount, affectedFundCount } = await permission.moveUser(move, bearer(caller));
      expect([caller, affectedUserCount, affectedFundCount]).toEqual([caller, 1n, counts ? 2n : 0n]);
    }
  });
});
