import { Code, ConnectError } from '@connectrpc/connect';
import { FundStatus } from '@finance/contract/fund';
import { Basis, Role } from '@finance/contract/permission';
import type { DataSet } from '@finance/strategy-contract';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestService } from './test-service.ts';

/** 1 admin; 2 supervisor over 3 and 4 (staff); 5 supervisor over 6 (staff). Fund n is handled by person n. */
const person = (userId: bigint, role: 'admin' | 'supervisor' | 'staff', parentUserId: bigint | null) => ({
  userId,
  name: `person ${userId}`,
  role,
  department: userId < 5n ? 'north' : 'south',
  parentUserId,
});
const company: DataSet = {
  users: [
    person(1n, 'admin', null),
    person(2n, 'supervisor', 1n),
    person(3n, 'staff', 2n),
    person(4n, 'staff', 2n),
    person(5n, 'supervisor', 1n),
    person(6n, 'staff', 5n),
  ],
  orders: [{ orderId: 10n, ownerUserId: 4n, customerId: 20n, amountCents: 100n, createdAtMicros: 0 }],
  customers: [{ customerId: 20n, name: 'Customer', adminUserId: 4n }],
  funds: [2n, 3n, 4n, 5n, 6n].map((id) => ({
    fundId: id,
    handlerUserId: id,
    orderId: null,
    customerId: null,
    amountCents: id * 100n,
    currencyCode: 'EUR',
    status: 'pending' as const,
    createdAtMicros: 1_700_000_000_000_000,
    updatedAtMicros: 1_700_000_000_000_000,
  })),
};

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => ({ name, database, ...(await startTestService(database)) })),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));

describe.each(services)('writes on $name', ({ database, clients }) => {
  const { funds, permission } = clients[0]!;
  beforeEach(() => insertDataSet(database, company));

  const idsSeenBy = async (viewerUserId: bigint) => {
    const page = await funds.listFunds({ viewerUserId, pageSize: 1000 });
    expect(page.totalSize).toBe(BigInt(page.funds.length));
    return page.funds.map((fund) => fund.fundId);
  };
  const reasonOf = (error: unknown) => ConnectError.from(error).code;

  it('a page after an acknowledged move shows what the viewer may see now, although scopes are cached', async () => {
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n]);
    expect(await idsSeenBy(5n)).toEqual([5n, 6n]);
    const preview = await permission.moveUser({ userId: 5n, newParentUserId: 2n, validateOnly: true });
    expect([preview.affectedUserCount, preview.affectedFundCount, preview.consistencyToken]).toEqual([2n, 2n, '']);
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n]);

    const moved = await permission.moveUser({ userId: 5n, newParentUserId: 2n });
    expect(moved.user?.parentUserId).toBe(2n);
    expect(moved.orgVersion).toBeGreaterThan(preview.orgVersion);
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n, 5n, 6n]);

    await permission.moveUser({ userId: 3n, newParentUserId: 1n });
    expect(await idsSeenBy(2n)).toEqual([2n, 4n, 5n, 6n]);
    const scope = await permission.resolveScope({ viewerUserId: 2n });
    expect([scope.role, scope.seesEverything, scope.subordinateCount]).toEqual([Role.SUPERVISOR, false, 3n]);
  });

  it('a changed role counts at once', async () => {
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n]);
    await permission.updateUser({ user: { userId: 2n, role: Role.STAFF }, updateMask: { paths: ['role'] } });
    expect(await idsSeenBy(2n)).toEqual([2n]);
    await permission.updateUser({ user: { userId: 2n, role: Role.ADMIN }, updateMask: { paths: ['role'] } });
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n, 5n, 6n]);
  });

  it('a new user has a scope, and their supervisor sees their funds', async () => {
    const { user } = await permission.createUser({
      user: { name: 'New', role: Role.STAFF, department: 'north', parentUserId: 3n },
    });
    const { fund } = await funds.createFund({
      fund: { amountCents: 5n, currencyCode: 'EUR', status: FundStatus.APPROVED, handlerUserId: user!.userId },
    });
    expect(await idsSeenBy(user!.userId)).toEqual([fund!.fundId]);
    expect(await idsSeenBy(2n)).toContain(fund!.fundId);
    expect(await idsSeenBy(3n)).not.toContain(fund!.fundId);
    const below = await permission.listSubordinates({ userId: 2n });
    expect(below.users.map(({ user: each, depth }) => [each?.userId, depth])).toEqual([
      [3n, 1],
      [4n, 1],
      [user!.userId, 2],
    ]);
    expect(below.totalSize).toBe(3n);
  });

  it('assigning an order or a customer moves their funds', async () => {
    const { fund } = await funds.createFund({
      fund: {
        amountCents: 5n,
        currencyCode: 'EUR',
        status: FundStatus.PENDING,
        handlerUserId: 6n,
        orderId: 10n,
        customerId: 20n,
      },
    });
    const id = fund!.fundId;
    expect(await idsSeenBy(4n)).toContain(id);
    await permission.assignOrder({ orderId: 10n, userId: 3n });
    await permission.assignCustomer({ customerId: 20n, userId: 3n });
    expect(await idsSeenBy(4n)).not.toContain(id);
    expect(await idsSeenBy(3n)).toContain(id);

    const explained = await permission.explainAccess({ viewerUserId: 2n, fundId: id });
    expect(explained.allowed).toBe(true);
    expect(explained.paths.map(({ cause, userIds }) => [cause.value, userIds])).toEqual([
      [Basis.ORDER_OWNER, [2n, 3n]],
      [Basis.CUSTOMER_ADMIN, [2n, 3n]],
    ]);
    const audience = await permission.listFundViewers({ fundId: id });
    expect(audience.viewers.map(({ user }) => user?.userId)).toEqual([1n, 2n, 3n, 5n, 6n]);
    expect(audience.totalSize).toBe(5n);
  });

  it('an updated fund keeps what the mask does not name, and a deleted one is gone', async () => {
    const { fund } = await funds.updateFund({
      fund: { fundId: 3n, amountCents: -77n, currencyCode: 'USD', status: FundStatus.SETTLED },
      updateMask: { paths: ['amount_cents', 'status'] },
    });
    expect([fund?.amountCents, fund?.status, fund?.currencyCode]).toEqual([-77n, FundStatus.SETTLED, 'EUR']);
    const read = await funds.getFund({ viewerUserId: 3n, fundId: 3n });
    expect(read.fund).toEqual(fund);

    const gone = await funds.deleteFund({ fundId: 3n });
    expect(gone.fund).toEqual(fund);
    expect(await idsSeenBy(1n)).toEqual([2n, 4n, 5n, 6n]);
    expect(await funds.getFund({ viewerUserId: 3n, fundId: 3n }).catch(reasonOf)).toBe(Code.PermissionDenied);
  });

  it('a write’s token is honoured by reads', async () => {
    const { consistencyToken } = await funds.deleteFund({ fundId: 3n });
    const requirement = { case: 'atLeastAsFresh', value: consistencyToken } as const;
    const page = await funds.listFunds({ viewerUserId: 1n, consistency: { requirement } });
    expect(page.totalSize).toBe(4n);
    expect(page.consistencyToken).not.toBe('');
  });

  it('a move under one’s own subordinate changes nothing', async () => {
    const before = await permission.getUser({ userId: 2n });
    await expect(permission.moveUser({ userId: 2n, newParentUserId: 4n })).rejects.toThrow('failed_precondition');
    expect(await permission.getUser({ userId: 2n })).toEqual(before);
  });

  it('of two crossing moves at most one happens', async () => {
    for (let round = 0; round < 10; round += 1) {
      await insertDataSet(database, company);
      const outcomes = await Promise.allSettled([
        permission.moveUser({ userId: 2n, newParentUserId: 5n }),
        permission.moveUser({ userId: 5n, newParentUserId: 2n }),
      ]);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      const [loser] = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect([Code.FailedPrecondition, Code.Aborted]).toContain(reasonOf(loser?.reason));
    }
  });

  it('readers that race an org in motion never see a fund outside the scope of one committed org', async () => {
    // Person 3 with fund 3 goes to and fro between 2 and 5: each reader's answer must be one of the two states.
    const states = [
      [2n, 3n, 4n],
      [2n, 4n],
    ];
    let moving = true;
    const mover = (async () => {
      for (let i = 0; i < 40; i += 1) await permission.moveUser({ userId: 3n, newParentUserId: i % 2 === 0 ? 5n : 2n });
      moving = false;
    })();
    let answers = 0;
    const reader = async () => {
      while (moving) {
        expect(states).toContainEqual(await idsSeenBy(2n));
        answers += 1;
      }
    };
    await Promise.all([mover, reader(), reader(), reader()]);
    expect(answers).toBeGreaterThan(0);
  });

  it('ids that callers choose leave room for generated ones', async () => {
    const createUser = (userId: bigint) =>
      permission.createUser({ user: { userId, name: 'N', role: Role.STAFF, parentUserId: 2n } });
    const createFund = (fundId: bigint) =>
      funds.createFund({
        fund: { fundId, handlerUserId: 3n, amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING },
      });
    const greatest = 2n ** 62n;
    for (const tooGreat of [greatest + 1n, 2n ** 63n - 1n]) {
      expect(await createUser(tooGreat).catch(reasonOf)).toBe(Code.InvalidArgument);
      expect(await createFund(tooGreat).catch(reasonOf)).toBe(Code.InvalidArgument);
    }
    await createUser(greatest);
    expect((await createUser(0n)).user?.userId).toBe(greatest + 1n);
    await createFund(greatest);
    expect((await createFund(0n)).fund?.fundId).toBe(greatest + 1n);
    expect(await idsSeenBy(2n)).toEqual([2n, 3n, 4n, greatest, greatest + 1n]);
  });

  it('users are listed by role, department and name, page by page', async () => {
    const names: string[] = [];
    let pageToken = '';
    do {
      const page = await permission.listUsers({ role: Role.STAFF, orderBy: 'name desc', pageSize: 2, pageToken });
      expect(page.totalSize).toBe(3n);
      names.push(...page.users.map((user) => user.name));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(names).toEqual(['person 6', 'person 4', 'person 3']);
    expect((await permission.listUsers({ department: 'south' })).users.map((user) => user.userId)).toEqual([5n, 6n]);
  });
});
