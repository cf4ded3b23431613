import type { Fund, User } from '@finance/domain';
import { createOracle } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignCustomer } from '../org/assign-customer.ts';
import { assignOrder } from '../org/assign-order.ts';
import { countTouchingFunds } from '../org/count-touching-funds.ts';
import { resolveScope } from '../org/resolve-scope.ts';
import { createFund, type NewFund } from './create-fund.ts';
import { deleteFund } from './delete-fund.ts';
import { fundDetails } from './fund-details.ts';
import { getFunds } from './get-funds.ts';
import { updateFund, type FundChanges } from './update-fund.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;
const nowMicros = 1_795_000_000_123_456;

const users: User[] = [1n, 2n].map((userId) => ({
  userId,
  name: `person ${userId}`,
  role: 'supervisor',
  department: '',
  parentUserId: null,
}));
const records = {
  users,
  orders: [{ orderId: 11n, ownerUserId: 1n, customerId: 21n, amountCents: 1n, createdAtMicros: 0 }],
  customers: [{ customerId: 21n, name: 'customer', adminUserId: 1n }],
  funds: [],
};
const newFund: NewFund = {
  fundId: 0n,
  handlerUserId: 1n,
  orderId: 11n,
  customerId: null,
  amountCents: -1230n,
  currencyCode: 'EUR',
  status: 'pending',
};

describe.each(databases)('writes of funds on $name', ({ name, database }) => {
  const create = async (fund: NewFund): Promise<Fund> =>
    (await database.transaction(signal, (session) => createFund(session, fund, nowMicros))).value;
  const update = async (fundId: bigint, changes: FundChanges, now = nowMicros + 1): Promise<Fund> =>
    (await database.transaction(signal, (session) => updateFund(session, fundId, changes, now))).value;
  const stored = async (fundId: bigint): Promise<Fund | undefined> =>
    (await database.snapshot(signal, (session) => getFunds(session, [fundId]))).get(fundId);

  it('store what they return, under generated ids of any size', async () => {
    await insertDataSet(database, records);
    const first = await create(newFund);
    expect(first).toEqual({
      ...newFund,
      fundId: first.fundId,
      createdAtMicros: nowMicros,
      updatedAtMicros: nowMicros,
    });
    expect(await stored(first.fundId)).toEqual(first);
    const huge = await create({ ...newFund, fundId: 2n ** 60n });
    for (const fund of [huge, await create(newFund), await create({ ...newFund, orderId: null, customerId: 21n })]) {
      expect(await stored(fund.fundId)).toEqual(fund);
    }
  });

  it('refuse a taken id and references to nothing, by the field that names it', async () => {
    await insertDataSet(database, records);
    await create({ ...newFund, fundId: 5n });
    await expect(create({ ...newFund, fundId: 5n })).rejects.toMatchObject({ reason: 'FUND_EXISTS' });
    const wrong = [
      { changes: { handlerUserId: 9n }, field: 'fund.handler_user_id' },
      { changes: { orderId: 9n }, field: 'fund.order_id' },
      { changes: { customerId: 9n }, field: 'fund.customer_id' },
    ];
    for (const { changes, field } of wrong) {
      const refusal = { reason: 'REFERENCE_NOT_FOUND', metadata: { field, value: '9' } };
      await expect(create({ ...newFund, ...changes })).rejects.toMatchObject(refusal);
      await expect(update(5n, changes)).rejects.toMatchObject(refusal);
    }
    await expect(update(6n, { amountCents: 1n })).rejects.toMatchObject({ reason: 'FUND_NOT_FOUND' });
  });

  it('name every reference that leads nowhere', async () => {
    await insertDataSet(database, records);
    const nowhere = { handlerUserId: 9n, orderId: 9n, customerId: 9n };
    const places = ['fund.handler_user_id', 'fund.order_id', 'fund.customer_id'];
    const violations = places.map((field) => ({ reason: 'REFERENCE_NOT_FOUND', metadata: { field, value: '9' } }));
    await expect(create({ ...newFund, ...nowhere })).rejects.toMatchObject({ violations });
    const { fundId } = await create(newFund);
    await expect(update(fundId, nowhere)).rejects.toMatchObject({ violations });
  });

  it('refuse an order of another customer, whichever of the two is new', async () => {
    const customers = [...records.customers, { customerId: 22n, name: 'another', adminUserId: 2n }];
    const orders = [
      ...records.orders,
      { ...records.orders[0]!, orderId: 12n, customerId: 22n },
      { ...records.orders[0]!, orderId: 13n, customerId: null },
    ];
    await insertDataSet(database, { ...records, customers, orders });
    const refusal = {
      reason: 'REFERENCE_MISMATCH',
      metadata: { field: 'fund.order_id', value: '11', customer_id: '21' },
    };
    await expect(create({ ...newFund, orderId: 11n, customerId: 22n })).rejects.toMatchObject(refusal);
    const { fundId } = await create({ ...newFund, orderId: 12n, customerId: 22n });
    await expect(update(fundId, { orderId: 11n })).rejects.toMatchObject(refusal);
    await expect(update(fundId, { customerId: 21n })).rejects.toMatchObject({ reason: 'REFERENCE_MISMATCH' });
    expect(await stored(fundId)).toMatchObject({ orderId: 12n, customerId: 22n });
    for (const changes of [
      { orderId: 11n, customerId: 21n },
      { customerId: null },
      { orderId: 12n },
      { orderId: 13n, customerId: 21n },
      { orderId: null, customerId: 22n },
    ]) {
      expect(await update(fundId, changes)).toMatchObject(changes);
    }
  });

  it('lose no update of 16 concurrent writers of different fields', async () => {
    await insertDataSet(database, records);
    for (let round = 0; round < 10; round += 1) {
      const { fundId } = await create(newFund);
      const changes: FundChanges[] = [
        { amountCents: 7n },
        { status: 'settled' },
        { currencyCode: 'USD' },
        { customerId: 21n },
        { handlerUserId: 2n },
        { orderId: null },
      ];
      const writers = Array.from({ length: 16 }, (_, i) => update(fundId, changes[i % changes.length]!, nowMicros + i));
      await Promise.all(writers);
      expect(await stored(fundId)).toEqual({
        ...newFund,
        ...Object.assign({}, ...changes),
        fundId,
        createdAtMicros: nowMicros,
        updatedAtMicros: nowMicros + 15,
      });
    }
  });

  it('never turn the update time of a fund back', async () => {
    await insertDataSet(database, records);
    const { fundId } = await create(newFund);
    expect((await update(fundId, { amountCents: 2n }, nowMicros - 5)).updatedAtMicros).toBe(nowMicros);
  });

  it('delete a fund once and return it', async () => {
    await insertDataSet(database, records);
    const fund = await create(newFund);
    const remove = () => database.transaction(signal, (session) => deleteFund(session, fund.fundId));
    const ends = await Promise.allSettled([remove(), remove(), remove()]);
    expect(ends.filter((end) => end.status === 'fulfilled').map((end) => end.value.value)).toEqual([fund]);
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ reason: 'FUND_NOT_FOUND' });
    }
    expect(await stored(fund.fundId)).toBeUndefined();
  });

  it('give orders and customers to other people, whom their funds then touch', async () => {
    await insertDataSet(database, records);
    const fund = await create({ ...newFund, customerId: 21n });
    await database.transaction(signal, (session) => assignOrder(session, 11n, 2n));
    await database.transaction(signal, (session) => assignCustomer(session, 21n, 2n));
    const details = await database.snapshot(signal, async (session) =>
      fundDetails(session, await resolveScope(session, 2n), [fund]),
    );
    expect(details.get(fund.fundId)).toMatchObject({
      orderOwnerUserId: 2n,
      customerAdminUserId: 2n,
      viewerBases: ['order_owner', 'customer_admin'],
    });
    const assignments = [
      { assign: assignOrder, recordId: 12n, userId: 2n, reason: 'ORDER_NOT_FOUND' },
      { assign: assignOrder, recordId: 11n, userId: 9n, reason: 'REFERENCE_NOT_FOUND' },
      { assign: assignCustomer, recordId: 22n, userId: 2n, reason: 'CUSTOMER_NOT_FOUND' },
      { assign: assignCustomer, recordId: 21n, userId: 9n, reason: 'REFERENCE_NOT_FOUND' },
    ];
    for (const { assign, recordId, userId, reason } of assignments) {
      const write = database.transaction(signal, (session) => assign(session, recordId, userId));
      await expect(write).rejects.toMatchObject({ reason });
    }
  });

  it('count each fund that touches a subtree once', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCompany(), async (company) => {
        await insertDataSet(database, company);
        const supervisors = company.users.map((user): User => ({ ...user, role: 'supervisor' }));
        const oracle = createOracle({ ...company, users: supervisors });
        await database.snapshot(signal, async (session) => {
          for (const { userId } of company.users) {
            const scope = await resolveScope(session, userId);
            const { people, role } = scope;
            if (!people || 'userIds' in people || role !== 'supervisor') continue;
            const count = await countTouchingFunds(session, people);
            expect(count).toBe(company.funds.filter((fund) => oracle.sees(userId, fund)).length);
          }
        });
      }),
      { numRuns: name === 'sqlite' ? 60 : 30 },
    );
  }, 60_000);
});
