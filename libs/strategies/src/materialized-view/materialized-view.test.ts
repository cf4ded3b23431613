import type { DomainError } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import { createUser, moveUser, resolveScope } from '@finance/store';
import { createOracle, type DataSet, type FundPageRequest } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { findInconsistencies } from './inconsistencies.ts';
import { refreshFully, refreshIncrementally } from './refresh.ts';
import { materializedView, staleMaterializedView } from './strategy.ts';
import { isCurrent, viewerState, viewerStates } from './viewer-state.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const byId = (a: bigint, b: bigint): number => (a < b ? -1 : 1);
const order = { column: 'fund_id', descending: false } as const;

/** What the oracle lets each viewer see; nothing for admins, who need no rows, and for who is not there. */
function visibleIds(data: DataSet, viewer: bigint): bigint[] {
  const user = data.users.find(({ userId }) => userId === viewer);
  if (!user || user.role === 'admin') return [];
  return createOracle(data)
    .visibleFunds(viewer, {}, order)
    .map(({ fundId }) => fundId);
}

const questionOf = async (session: SqlSession, viewer: bigint): Promise<FundPageRequest> => ({
  scope: await resolveScope(session, viewer),
  filter: {},
  order,
  after: undefined,
  skip: 0,
  pageSize: 1_000,
  withTotal: true,
});

/** For reading statements, not for running them. */
const compiler = new SQLiteSyncDialect();

const inconsistencies = (database: Database) => database.snapshot(signal, findInconsistencies);

describe.each(databases)('the materialized view on $name', ({ name, database }) => {
  const rowsOf = async (viewer: bigint): Promise<bigint[]> => {
    const rows = await database.snapshot(signal, (session) =>
      session.all(sql`SELECT fund_id FROM materialized_funds WHERE viewer_user_id = ${viewer} ORDER BY fund_id`),
    );
    return rows.map((row) => row['fund_id'] as bigint);
  };
  const write = (statement: SQL) => database.transaction(signal, (session) => session.run(statement));
  beforeEach(async () => {
    await write(sql`DELETE FROM materialized_funds`);
    await write(sql`DELETE FROM materialized_viewers`);
  });

  it('is exact after a full and after an incremental refresh, whatever changed, and reports what was wrong between', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCompany(), arbitraryCompany(), async (before, after) => {
        await write(sql`DELETE FROM materialized_funds`);
        await write(sql`DELETE FROM materialized_viewers`);
        const viewers = before.users.map(({ userId }) => userId);
        await insertDataSet(database, before);
        const full = await refreshFully(database, signal, viewers);
        expect(await inconsistencies(database)).toEqual([]);
        for (const viewer of viewers) expect(await rowsOf(viewer)).toEqual(visibleIds(before, viewer));
        expect(full.rows).toBe(viewers.reduce((sum, viewer) => sum + visibleIds(before, viewer).length, 0));

        await insertDataSet(database, after);
        const expected = viewers.toSorted(byId).flatMap((viewerUserId) => {
          const [old, now] = [before, after].map((data) => visibleIds(data, viewerUserId));
          const shownWrongly = old!.filter((id) => !now!.includes(id));
          const missing = now!.filter((id) => !old!.includes(id));
          return shownWrongly.length + missing.length === 0 ? [] : [{ viewerUserId, shownWrongly, missing }];
        });
        const found = await inconsistencies(database);
        expect(found.map((each) => ({ ...each, missing: each.missing.toSorted(byId) }))).toEqual(expected);

        const incremental = await refreshIncrementally(database, signal);
        expect(await inconsistencies(database)).toEqual([]);
        for (const viewer of viewers) expect(await rowsOf(viewer)).toEqual(visibleIds(after, viewer));
        expect(incremental.rowsRemoved).toBe(expected.reduce((sum, { shownWrongly }) => sum + shownWrongly.length, 0));
        expect(incremental.rowsAdded).toBe(expected.reduce((sum, { missing }) => sum + missing.length, 0));
        const stillThere = after.users.filter(({ userId }) => viewers.includes(userId));
        const states = await database.snapshot(signal, viewerStates);
        expect(states.map(({ viewerUserId }) => viewerUserId)).toEqual(
          stillThere.map(({ userId }) => userId).toSorted(byId),
        );
      }),
      { numRuns: 25 },
    );
  });

  describe('of a company', () => {
    const data = sampleCompany(60, 400);
    /** Leads six leaves; the seven above and beside them are supervisors, too. */
    const viewer = 3n;
    beforeEach(async () => {
      await insertDataSet(database, data);
      await refreshFully(database, signal, [1n, viewer, 20n]);
    });

    it.each<[string, (session: SqlSession) => Promise<unknown>]>([
      ['a person moves', (session) => moveUser(session, { userId: 15n, newParentUserId: 4n, validateOnly: false })],
      ['a supervisor becomes staff', (session) => session.run(sql`UPDATE users SET role = 'staff' WHERE id = 3`)],
      ['a supervisor becomes admin', (session) => session.run(sql`UPDATE users SET role = 'admin' WHERE id = 3`)],
      [
        'a new user handles funds',
        async (session) => {
          const newUser = { userId: 0n, name: 'New', role: 'staff', department: 'sales', parentUserId: 20n } as const;
          const { userId } = await createUser(session, newUser);
          await session.run(sql`UPDATE financial_funds SET handle_by = ${userId} WHERE fund_id < 200`);
        },
      ],
      [
        'the handler of funds changes',
        (session) => session.run(sql`UPDATE financial_funds SET handle_by = 20 WHERE fund_id < 200`),
      ],
      ['orders change hands', (session) => session.run(sql`UPDATE orders SET user_id = 20 WHERE order_id < 30`)],
      [
        'customers get another admin',
        (session) => session.run(sql`UPDATE customers SET admin_user_id = 20 WHERE customer_id < 30`),
      ],
      [
        'funds go, and others come',
        (session) => session.run(sql`UPDATE financial_funds SET fund_id = fund_id + 10000 WHERE fund_id < 100`),
      ],
    ])('follows when %s, and writes only what differs', async (_what, change) => {
      await database.transaction(signal, change);
      const wrong = await inconsistencies(database);
      expect(wrong.length).toBeGreaterThan(0);
      const report = await refreshIncrementally(database, signal);
      expect(await inconsistencies(database)).toEqual([]);
      expect(report.rowsRemoved).toBe(wrong.reduce((sum, { shownWrongly }) => sum + shownWrongly.length, 0));
      expect(report.rowsAdded).toBe(wrong.reduce((sum, { missing }) => sum + missing.length, 0));
      expect(report.durationMs).toBeGreaterThan(0);
    });

    const ask = (strategy: typeof materializedView) =>
      database.snapshot(signal, async (session) => {
        const page = await strategy.listFunds(session, await questionOf(session, viewer));
        return page.funds.map(({ fundId }) => fundId);
      });
    const isViewCurrent = () =>
      database.snapshot(signal, async (session) => isCurrent(session, (await viewerState(session, viewer))!));

    it('is never shown stale by the strategy, only by the one for measurements', async () => {
      const visible = visibleIds(data, viewer);
      const hidden = data.funds.filter(({ fundId }) => !visible.includes(fundId)).map(({ fundId }) => fundId);
      await write(sql`UPDATE financial_funds SET handle_by = ${viewer} WHERE fund_id = ${hidden[0]!}`);
      expect(await isViewCurrent()).toBe(false);
      expect(await ask(materializedView)).toEqual([...visible, hidden[0]!].sort(byId));
      expect(await ask(staleMaterializedView)).toEqual(visible);
      await refreshIncrementally(database, signal);
      await write(sql`UPDATE org_state SET version = version + 1`);
      expect(await isViewCurrent()).toBe(false);
    });

    it('is what the strategy answers from while nothing is committed', async () => {
      const readsOfStrategy = async () => {
        await refreshIncrementally(database, signal);
        return database.snapshot(signal, async (session) => {
          const reads: string[] = [];
          const all = (query: SQL) => {
            reads.push(compiler.sqlToQuery(query).sql);
            return session.all(query);
          };
          await materializedView.listFunds({ ...session, all }, await questionOf(session, viewer));
          return reads.join('\n');
        });
      };
      // Other test files commit on the same MySQL server, so that not every attempt finds it quiet.
      await expect.poll(readsOfStrategy, { timeout: 20_000 }).toContain('FROM materialized_funds v');
    });

    it('does not answer from rows of another history, though its numbers say that nothing was committed', async () => {
      const isExact = async (): Promise<boolean> => {
        await refreshIncrementally(database, signal);
        return database.snapshot(signal, async (session) => isCurrent(session, (await viewerState(session, viewer))!));
      };
      await expect.poll(isExact, { timeout: 20_000 }).toBe(true);
      const state = await database.snapshot(signal, (session) => viewerState(session, viewer));
      const lost = { ...state!, position: state!.position.replace(/^[^/]*/, 'another-history') };
      expect(await database.snapshot(signal, (session) => isCurrent(session, lost))).toBe(false);
    });

    it('tells the state that its rows are of', async () => {
      const state = await database.snapshot(signal, (session) => viewerState(session, viewer));
      const scope = await database.snapshot(signal, (session) => resolveScope(session, viewer));
      expect(state).toMatchObject({ rowCount: visibleIds(data, viewer).length, orgVersion: scope.orgVersion });
      expect(state!.position).toMatch(name === 'mysql' ? /^[0-9a-f-]{36}\/[0-9a-f-]{36}:/ : /^[0-9a-f]+\/\d+\.-?\d+$/);
      expect(Math.abs(Date.now() - state!.refreshedAtMicros / 1_000)).toBeLessThan(600_000);
    });

    it('refuses more rows than its limit and viewers who are not there, and stays as it was', async () => {
      const before = await database.snapshot(signal, viewerStates);
      await expect(refreshFully(database, signal, [1n, 2n], { rowsMax: 300 })).rejects.toThrow(
        expect.objectContaining({
          reason: 'OVERLOADED',
          message: expect.stringContaining('more than 300 rows; refresh it for fewer viewers'),
        }) as DomainError,
      );
      await expect(refreshFully(database, signal, [viewer, 999n])).rejects.toThrow('there is no user 999');
      expect(await database.snapshot(signal, viewerStates)).toEqual(before);
      expect(await rowsOf(viewer)).toEqual(visibleIds(data, viewer));
      await expect(
        database.snapshot(signal, async (session) =>
          staleMaterializedView.listFunds(session, await questionOf(session, 2n)),
        ),
      ).rejects.toThrow('no rows for viewer 2; refresh it');
    });

    it('lets refreshes of the same viewers at once end exact', async () => {
      await write(sql`UPDATE financial_funds SET handle_by = 20 WHERE fund_id < 200`);
      const refreshes = [refreshIncrementally(database, signal), refreshFully(database, signal, [20n, 1n, viewer])];
      await Promise.all(refreshes);
      expect(await inconsistencies(database)).toEqual([]);
    });
  });
});
