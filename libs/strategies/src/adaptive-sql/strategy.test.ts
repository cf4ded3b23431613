import { resolveScope } from '@finance/store';
import { expectConformance, insertDataSet, withTestDatabases } from '@finance/testkit';
import { describe, it } from 'vitest';
import { createAdaptiveSql, type AdaptiveSqlOptions } from './strategy.ts';
import { totalWays } from './total.ts';
import { ways } from './way.ts';

/** Small companies would always be answered by the same way; here each has its turn. */
const companies = Number(process.env['FINANCE_CONFORMANCE_COMPANIES'] ?? 1_000) / 8;
const timeoutMs = Math.max(300_000, companies * 2_000);

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const variants: readonly [name: string, options: AdaptiveSqlOptions][] = [
  ...ways.map((only, i): [string, AdaptiveSqlOptions] => [only, { only, total: totalWays[i % totalWays.length] }]),
  // Stretches of a single row go through every bound.
  ...(['walk-keys', 'walk-records'] as const).map((only): [string, AdaptiveSqlOptions] => [
    `${only} in stretches`,
    { only, stretchRows: 1 },
  ]),
];

describe('every way of adaptive-sql gives the pages and totals of the oracle', () => {
  it.each(databases)('on $name', { timeout: timeoutMs }, async ({ database }) => {
    await expectConformance(
      {
        withCompany: async (data, check) => {
          await insertDataSet(database, data);
          await database.snapshot(signal, (session) =>
            check(
              new Map(
                variants.map(([name, options]) => [
                  name,
                  async (request) =>
                    createAdaptiveSql(options).listFunds(session, {
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
