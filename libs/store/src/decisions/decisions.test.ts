import type { User } from '@finance/domain';
import { createOracle, type DataSet, type Oracle } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import type { SqlSession } from '@finance/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fundDetails } from '../funds/fund-details.ts';
import { getFunds } from '../funds/get-funds.ts';
import { resolveScope } from '../org/resolve-scope.ts';
import { explainAccess } from './explain-access.ts';
import { listFundViewers } from './list-fund-viewers.ts';
import { visibleFundIds } from './visible-fund-ids.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;
const missingFundId = 888_888_888n;

/** The oracle of a company in which a viewer has the narrower reach that paths and viewers' bases are told for. */
function oracleOfReach(company: DataSet): Oracle {
  const users = company.users.map((user): User => (user.role === 'admin' ? { ...user, role: 'supervisor' } : user));
  return createOracle({ ...company, users });
}

describe.each(databases)('decisions on $name', ({ name, database }) => {
  const forEveryCompany = (
    work: (session: SqlSession, company: DataSet) => Promise<void>,
    numRuns = name === 'sqlite' ? 60 : 30,
  ) =>
    fc.assert(
      fc.asyncProperty(arbitraryCompany(), async (company) => {
        await insertDataSet(database, company);
        await database.snapshot(signal, (session) => work(session, company));
      }),
      { numRuns },
    );

  it('show each viewer exactly the funds and bases that the oracle shows', async () => {
    await forEveryCompany(async (session, company) => {
      const oracle = createOracle(company);
      const fundIds = company.funds.map((fund) => fund.fundId);
      for (const { userId } of company.users) {
        const scope = await resolveScope(session, userId);
        const visible = await visibleFundIds(session, scope, [...fundIds, missingFundId, ...fundIds]);
        const expected = company.funds.filter((fund) => oracle.sees(userId, fund));
        expect([...visible].sort()).toEqual(expected.map((fund) => fund.fundId).sort());
        const details = await fundDetails(session, scope, company.funds);
        for (const fund of company.funds) {
          expect(details.get(fund.fundId)?.viewerBases).toEqual(oracle.basesInView(userId, fund));
        }
      }
    });
  }, 60_000);

  it('explain what is visible, by chains of reports from the viewer to a touched person', async () => {
    await forEveryCompany(async (session, company) => {
      const [oracle, reach] = [createOracle(company), oracleOfReach(company)];
      const users = new Map(company.users.map((user) => [user.userId, user]));
      for (const viewer of company.users.slice(0, 5)) {
        for (const fund of company.funds.slice(0, 8)) {
          const { allowed, paths } = await explainAccess(session, viewer.userId, fund.fundId);
          expect(allowed).toBe(oracle.sees(viewer.userId, fund));
          const causes = paths.map((path) => ('role' in path ? path.role : path.basis));
          const expected = reach.basesInView(viewer.userId, fund);
          expect(causes).toEqual(viewer.role === 'admin' ? ['admin', ...expected] : expected);
          for (const { userIds } of paths) {
            expect(userIds[0]).toBe(viewer.userId);
            const parents = userIds.slice(1).map((userId) => users.get(userId)?.parentUserId);
            expect(parents).toEqual(userIds.slice(0, -1));
          }
        }
      }
    });
  }, 60_000);

  it('list exactly the users who see a fund, page by page, with the bases within their reach', async () => {
    await forEveryCompany(async (session, company) => {
      const [oracle, reach] = [createOracle(company), oracleOfReach(company)];
      const byId = company.users.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
      for (const fund of company.funds.slice(0, 8)) {
        const expected = byId
          .filter((user) => oracle.sees(user.userId, fund))
          .map((user) => ({ user, bases: reach.basesInView(user.userId, fund) }));
        for (const pageSize of [2, 100]) {
          const viewers = [];
          for (let after: bigint | undefined; ;) {
            const query = { fundId: fund.fundId, pageSize, ...(after === undefined ? {} : { after }) };
            const page = await listFundViewers(session, query);
            expect(page.totalSize).toBe(expected.length);
            viewers.push(...page.viewers);
            if (!page.hasMore) break;
            expect(page.viewers).toHaveLength(pageSize);
            after = page.viewers.at(-1)!.user.userId;
          }
          expect(viewers).toEqual(expected);
        }
      }
    });
  }, 60_000);

  it('name the people and records around a fund, and leave empty what does not exist', async () => {
    await forEveryCompany(async (session, company) => {
      const scope = await resolveScope(session, company.users[0]!.userId);
      const funds = await getFunds(
        session,
        company.funds.map((fund) => fund.fundId),
      );
      expect([...funds.values()]).toHaveLength(company.funds.length);
      const details = await fundDetails(session, scope, company.funds);
      const user = (userId: bigint | undefined) => company.users.find((each) => each.userId === userId);
      for (const fund of company.funds) {
        expect(funds.get(fund.fundId)).toEqual(fund);
        const order = company.orders.find((each) => each.orderId === fund.orderId);
        const customer = company.customers.find((each) => each.customerId === fund.customerId);
        expect(details.get(fund.fundId)).toMatchObject({
          handlerName: user(fund.handlerUserId)?.name ?? '',
          handlerDepartment: user(fund.handlerUserId)?.department ?? '',
          orderOwnerUserId: order?.ownerUserId ?? null,
          orderOwnerName: user(order?.ownerUserId)?.name ?? '',
          customerName: customer?.name ?? '',
          customerAdminUserId: customer?.adminUserId ?? null,
          customerAdminName: user(customer?.adminUserId)?.name ?? '',
        });
      }
    });
  }, 60_000);

  it('take unknown viewers and funds for errors', async () => {
    await insertDataSet(database, {
      users: [{ userId: 1n, name: '', role: 'admin', department: '', parentUserId: null }],
      orders: [],
      customers: [],
      funds: [],
    });
    await database.snapshot(signal, async (session) => {
      await expect(resolveScope(session, 2n)).rejects.toMatchObject({ reason: 'VIEWER_NOT_FOUND' });
      await expect(explainAccess(session, 2n, 3n)).rejects.toMatchObject({ reason: 'VIEWER_NOT_FOUND' });
      expect(await explainAccess(session, 1n, 3n)).toEqual({ allowed: false, paths: [] });
      await expect(listFundViewers(session, { fundId: 3n, pageSize: 1 })).rejects.toMatchObject({
        reason: 'FUND_NOT_FOUND',
      });
    });
  });
});
