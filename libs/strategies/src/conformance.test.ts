import type { Fund } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import { createOracle, type DataSet, type PaginationStrategy, type StrategyName } from '@finance/strategy-contract';
import {
  explainAccess,
  exportFunds,
  fundDetails,
  listCustomerOrders,
  listFundViewers,
  listSubordinates,
  resolveScope,
  summarizeFunds,
  visibleFundIds,
} from '@finance/store';
import {
  arbitraryCompany,
  CompanyHistory,
  expectConformance,
  insertDataSet,
  withTestDatabases,
  type ConformanceSubject,
  type HistoryChange,
} from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshFully } from './materialized-view/refresh.ts';
import { staleMaterializedView } from './materialized-view/strategy.ts';
import { createMemoryStore } from './memory-store/memory-store.ts';
import { memoryStoreSort } from './memory-store/strategy.ts';
import { sqlStrategiesOn } from './sql-strategies.ts';

/** Generated companies for each engine; more for a long soak. */
const companies = Number(process.env['FINANCE_CONFORMANCE_COMPANIES'] ?? 1_000);
/** What servers offer by default meets every company; what exists to be compared with it every fourth. */
const servingStrategies: ReadonlySet<StrategyName> = new Set(['adaptive-sql', 'temporary-table', 'closure-join']);
const companiesPerOther = 4;
const timeoutMs = Math.max(300_000, companies * 2_000);

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const memorySubject: ConformanceSubject = {
  withCompany: async (data, check) => {
    const store = createMemoryStore(data);
    await check(
      new Map([
        [
          'memory',
          (request) => memoryStoreSort.listFunds(store, { ...request, scope: store.scopeOf(request.viewerUserId) }),
        ],
      ]),
    );
  },
};

describe('every strategy gives the pages and totals of the oracle', () => {
  it('on the memory store', { timeout: timeoutMs }, () => expectConformance(memorySubject, companies));

  it.each(databases)('on $name', { timeout: timeoutMs }, async ({ database }) => {
    let loaded = 0;
    await expectConformance(
      {
        withCompany: async (data, check) => {
          await insertDataSet(database, data);
          loaded += 1;
          const strategies: [string, PaginationStrategy<SqlSession>][] = [...sqlStrategiesOn(database)].filter(
            ([name]) => loaded % companiesPerOther === 1 || servingStrategies.has(name),
          );
          if (loaded % companiesPerOther === 1) {
            const viewers = data.users.map(({ userId }) => userId);
            await refreshFully(database, signal, viewers);
            strategies.push(['the view itself', staleMaterializedView]);
          }
          // One snapshot for the whole company: what strategies leave behind on a connection shows, too.
          await database.snapshot(signal, (session) =>
            check(
              new Map(
                strategies.map(([name, strategy]) => [
                  name,
                  async (request) =>
                    strategy.listFunds(session, {
                      ...request,
                      scope: await resolveScope(session, request.viewerUserId),
                    }),
                ]),
              ),
            ),
          );
        },
      },
      companies,
    );
  });
});

describe('users changed by plain SQL, in any order, count at once', () => {
  it.each(databases)('for every strategy and decision on $name', { timeout: timeoutMs }, async ({ database }) => {
    const runs = fc.record({
      data: arbitraryCompany({ usersMax: 12, ordersMax: 8, customersMax: 6, fundsMax: 25 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ data, seed }) => {
        const history = new CompanyHistory(data, seed);
        await insertDataSet(database, data);
        for (let step = 0; step < stepsOfUsers; step += 1) {
          const there = new Set(history.data.users.map(({ userId }) => userId));
          const statement = statementOf(history.step(), there);
          if (statement === undefined) continue;
          await database.transaction(signal, (session) => session.run(statement));
          await database.snapshot(signal, (session) =>
            expectOracle(session, database, { ...data, users: history.data.users }),
          );
        }
      }),
      { numRuns: Math.ceil(companies / 250), endOnFailure: true },
    );
  });
});

const stepsOfUsers = 60;

/** A change as somebody writes it who knows nothing of places in the tree; undefined where users stay as they are. */
function statementOf(change: HistoryChange, there: ReadonlySet<bigint>): SQL | undefined {
  if (change.table !== 'users') return undefined;
  const { id, row } = change;
  if (!row) return sql`DELETE FROM users WHERE id = ${id}`;
  const { name, role, department, parentUserId } = row;
  return !there.has(id)
    ? sql`INSERT INTO users (id, name, role, department, parent_id, tree_left, tree_right)
        VALUES (${id}, ${name}, ${role}, ${department}, ${parentUserId}, 0, 0)`
    : sql`UPDATE users SET name = ${name}, role = ${role}, department = ${department}, parent_id = ${parentUserId}
        WHERE id = ${id}`;
}

function isBelow({ users }: DataSet, userId: bigint, aboveId: bigint): boolean {
  const parentOf = new Map(users.map((user) => [user.userId, user.parentUserId]));
  for (let at: bigint | null | undefined = userId; at !== null && at !== undefined; at = parentOf.get(at)) {
    if (at === aboveId) return true;
  }
  return false;
}

/** Every strategy, decision, summary, export and list, for each viewer there is and one who is not, against the oracle. */
async function expectOracle(session: SqlSession, database: Database, data: DataSet): Promise<void> {
  const oracle = createOracle(data);
  const order = { column: 'amount', descending: true } as const;
  const idsOf = (funds: readonly Fund[]) => funds.map(({ fundId }) => fundId);
  const fundIds = idsOf(data.funds);
  await expect(resolveScope(session, 424_242_424n)).rejects.toMatchObject({ reason: 'VIEWER_NOT_FOUND' });
  for (const { userId } of data.users) {
    const scope = await resolveScope(session, userId);
    const visible = oracle.visibleFunds(userId, {}, order);
    const request = { scope, filter: {}, order, after: undefined, skip: 0, pageSize: 1_000, withTotal: true };
    const expected = { funds: visible, hasMore: false, totalSize: visible.length };
    for (const [name, strategy] of sqlStrategiesOn(database)) {
      expect(await strategy.listFunds(session, request), name).toEqual(expected);
    }
    expect(await visibleFundIds(session, scope, fundIds)).toEqual(new Set(idsOf(visible)));
    const exported: bigint[] = [];
    for await (const batch of exportFunds(session, { scope, filter: {}, order, batchSize: 7 }))
      exported.push(...idsOf(batch));
    expect(exported).toEqual(idsOf(visible));
    const { totals } = await summarizeFunds(session, { scope, filter: {}, groupBy: 'none' });
    expect(Number(totals.fundCount)).toBe(visible.length);
    const details = await fundDetails(session, scope, visible);
    for (const fund of visible) {
      expect(details.get(fund.fundId)!.viewerBases).toEqual(oracle.basesInView(userId, fund));
    }
    const below = data.users.filter((user) => userId !== user.userId && isBelow(data, user.userId, userId));
    const subordinates = await listSubordinates(session, { userId, depthMax: 0, pageSize: 1_000 });
    expect(new Set(subordinates.subordinates.map(({ user }) => user.userId))).toEqual(
      new Set(below.map((user) => user.userId)),
    );
    const sees = (person: bigint): boolean =>
      scope.role === 'admin' ||
      person === userId ||
      (scope.role === 'supervisor' && below.some((user) => user.userId === person));
    const customers = data.customers.filter(({ customerId, adminUserId }) =>
      data.orders.some((each) => each.customerId === customerId && (sees(each.ownerUserId) || sees(adminUserId))),
    );
    const listed = await listCustomerOrders(session, { scope, filter: {}, pageSize: 1_000 });
    expect(new Set(listed.customers.map(({ customerId }) => customerId))).toEqual(
      new Set(customers.map(({ customerId }) => customerId)),
    );
  }
  for (const fund of data.funds.slice(0, 4)) {
    const viewers = data.users.filter(({ userId }) => oracle.sees(userId, fund)).map(({ userId }) => userId);
    const found = await listFundViewers(session, { fundId: fund.fundId, pageSize: 1_000 });
    expect(found.viewers.map(({ user }) => user.userId)).toEqual(viewers.sort((a, b) => (a < b ? -1 : 1)));
    for (const { userId } of data.users) {
      const { allowed } = await explainAccess(session, userId, fund.fundId);
      expect(allowed).toBe(oracle.sees(userId, fund));
    }
  }
}

describe('the suite itself', () => {
  it('finds a strategy that forgets one basis', async () => {
    const forgetful: ConformanceSubject = {
      withCompany: async (data, check) => {
        const oracle = createOracle({ ...data, customers: [] });
        await check(
          new Map([
            [
              'forgetful',
              async ({ viewerUserId, filter, order, pageSize }) => {
                const funds = oracle.visibleFunds(viewerUserId, filter, order);
                return { funds: funds.slice(0, pageSize), hasMore: funds.length > pageSize, totalSize: funds.length };
              },
            ],
          ]),
        );
      },
    };
    await expect(expectConformance(forgetful, 200)).rejects.toThrow();
  });
});
