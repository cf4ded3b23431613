import { positionOf, type Customer, type User } from '@finance/domain';
import { createBaseBuilder, createLiveIndex, type LiveIndex } from '@finance/live-index';
import { createOracle, pageOf, type DataSet } from '@finance/strategy-contract';
import {
  arbitraryCompany,
  arbitraryFundQuestion,
  CompanyHistory,
  expectConformance,
  type FundQuestion,
} from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const companies = Number(process.env['FINANCE_CONFORMANCE_COMPANIES'] ?? 1_000);
const timeout = Math.max(300_000, companies * 500);
const cachedBytesMax = 1_000_000;

/** So few that sets are both caught up and made anew. */
const eventsKept = 12;
const options = { cachedBytesMax, eventsKept };

function indexOf(data: DataSet, { cachedBytesMax, eventsKept } = options): LiveIndex {
  const builder = createBaseBuilder();
  builder.addFunds(data.funds);
  builder.addCustomers(data.customers);
  builder.addUsers(data.users);
  builder.addOrders(data.orders);
  return createLiveIndex(builder.build(), { cachedBytesMax, eventsKept });
}

describe('the live index gives the pages and totals of the oracle', () => {
  it('over a fresh base', { timeout }, () =>
    expectConformance(
      {
        withCompany: (data, check) => {
          const index = indexOf(data);
          return check(new Map([['live-index', async (request) => index.listFunds(request)]]));
        },
      },
      companies,
    ),
  );

  it('over changes alone, to an empty company', { timeout }, () =>
    expectConformance(
      {
        withCompany: (data, check) => {
          const index = indexOf({ users: [], orders: [], customers: [], funds: [] });
          index.apply([
            ...data.funds.map((row) => ({ table: 'funds', id: row.fundId, row }) as const),
            ...data.orders.map((row) => ({ table: 'orders', id: row.orderId, row }) as const),
            ...data.users.map((row) => ({ table: 'users', id: row.userId, row }) as const),
            ...data.customers.map((row) => ({ table: 'customers', id: row.customerId, row }) as const),
          ]);
          return check(new Map([['live-index', async (request) => index.listFunds(request)]]));
        },
      },
      companies / 4,
    ),
  );
});

const stepsPerHistory = 60;

describe('through long histories', () => {
  it('every answer is the oracle’s after each step, and a rebuilt base answers alike', { timeout }, () => {
    const runs = arbitraryCompany({ usersMax: 14, ordersMax: 10, customersMax: 8, fundsMax: 40 }).chain((data) =>
      fc.record({
        data: fc.constant(data),
        seed: fc.nat(),
        questions: fc.array(arbitraryFundQuestion(data), { minLength: 6, maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(runs, ({ data, seed, questions }) => {
        const history = new CompanyHistory(data, seed);
        let index = indexOf(data);
        for (let step = 0; step < stepsPerHistory; step += 1) {
          index.apply([history.step()]);
          if (step % 20 === 13) index = createLiveIndex(index.rebuildBase(), options);
          expectSameAnswers(index, history.data, questions, step);
        }
      }),
      { numRuns: companies / 10, endOnFailure: true },
    );
  });
});

it(
  'a customer of thousands of funds goes from one to another, and every answer stays the oracle’s',
  { timeout },
  () => {
    const person = (userId: bigint): User => ({
      userId,
      name: `person ${userId}`,
      role: userId === 1n ? 'admin' : 'staff',
      department: 'north',
      parentUserId: userId === 1n ? null : 1n,
    });
    const users = [1n, 2n, 3n, 4n].map(person);
    const customer = (adminUserId: bigint): Customer => ({ customerId: 9n, name: 'Customer', adminUserId });
    const funds = Array.from({ length: 3_000 }, (_, index) => ({
      fundId: BigInt(index + 1),
      handlerUserId: index % 10 === 0 ? 4n : 1n,
      orderId: null,
      customerId: 9n,
      amountCents: BigInt((index * 7_919) % 1_009),
      currencyCode: 'EUR',
      status: 'pending' as const,
      createdAtMicros: index,
      updatedAtMicros: index,
    }));
    const data = (adminUserId: bigint): DataSet => ({ users, orders: [], customers: [customer(adminUserId)], funds });
    // A set catches up with one of these changes, and with many small ones before it.
    const index = indexOf(data(2n), { cachedBytesMax, eventsKept: 7_000 });
    for (const [step, adminUserId] of [3n, 2n, 3n, 4n, 2n, 3n].entries()) {
      index.apply([{ table: 'customers', id: 9n, row: customer(adminUserId) }]);
      const oracle = createOracle(data(adminUserId));
      for (const column of ['amount', 'created_at', 'fund_id'] as const) {
        const place = { order: { column, descending: step % 2 === 0 }, pageSize: 50, skip: 10, withTotal: true };
        for (const { userId: viewerUserId } of users) {
          if (step % 3 === 1 && viewerUserId === 3n) continue;
          const page = index.listFunds({ viewerUserId, filter: {}, after: undefined, ...place });
          expect(page).toEqual(
            pageOf(oracle.visibleFunds(viewerUserId, {}, place.order), { ...place, after: undefined }),
          );
        }
      }
    }
  },
);

function expectSameAnswers(index: LiveIndex, data: DataSet, questions: readonly FundQuestion[], step: number): void {
  const oracle = createOracle(data);
  const { filter, order, pageSize } = questions[step % questions.length]!;
  for (const { userId: viewerUserId } of data.users) {
    const visible = oracle.visibleFunds(viewerUserId, filter, order);
    const middle = visible[visible.length >> 1];
    const after = step % 3 === 0 && middle ? positionOf(middle, order) : undefined;
    for (const skip of [0, 3]) {
      const place = { order, pageSize, after, skip, withTotal: true };
      expect(index.listFunds({ viewerUserId, filter, ...place })).toEqual(pageOf(visible, place));
    }
    if (step % 7 !== 0) continue;
    expect([...index.exportFunds(viewerUserId, filter, order, 3)].flat()).toEqual(visible);
    const sum = visible.reduce((total, fund) => total + fund.amountCents, 0n);
    const totals = { fundCount: BigInt(visible.length), amountCents: sum };
    expect(index.summarizeFunds(viewerUserId, filter, 'none')).toEqual({ groups: [], totals });
    for (const groupBy of ['status', 'handler_department', 'month'] as const) {
      const summary = index.summarizeFunds(viewerUserId, filter, groupBy);
      expect(summary.totals).toEqual(totals);
      expect(summary.groups.reduce((total, group) => total + group.fundCount, 0n)).toBe(totals.fundCount);
    }
    const ids = data.funds.map((fund) => fund.fundId);
    expect(index.visibleFunds(viewerUserId, ids)).toEqual(data.funds.filter((fund) => oracle.sees(viewerUserId, fund)));
    for (const fund of visible.slice(0, 3)) {
      expect(index.fundDetails(viewerUserId, fund).viewerBases).toEqual(oracle.basesInView(viewerUserId, fund));
    }
  }
  for (const fund of data.funds.slice(0, 5)) {
    const viewers = data.users.filter(({ userId }) => oracle.sees(userId, fund)).map(({ userId }) => userId);
    const found = index.fundViewers(fund.fundId)!;
    expect(found.map(({ user }) => user.userId)).toEqual(viewers.sort((a, b) => (a < b ? -1 : 1)));
  }
  expect(index.fundViewers(424_242_424n)).toBeUndefined();
}
