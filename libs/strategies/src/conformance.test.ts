import type { SqlSession } from '@finance/schema';
import { createOracle, type PaginationStrategy, type StrategyName } from '@finance/strategy-contract';
import { resolveScope } from '@finance/store';
import { expectConformance, insertDataSet, withTestDatabases, type ConformanceSubject } from '@finance/testkit';
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
const timeoutMs = Math.max(300_000, companies * 500);

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
