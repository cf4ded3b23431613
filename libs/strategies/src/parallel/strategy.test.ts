import { mysqlPoolDefaults, openDatabase } from '@finance/schema';
import { resolveScope } from '@finance/store';
import { insertDataSet, planCompany, withTestDatabases } from '@finance/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { closureJoin } from '../closure-join/strategy.ts';
import { createParallel } from './strategy.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
/** Leads some hundreds of the people of the sample. */
const viewerUserId = 7n;

describe.each(databases)('parallel on $name', ({ database, target }) => {
  beforeAll(() => insertDataSet(database, planCompany));

  const answer = (from: typeof database, strategy: ReturnType<typeof createParallel>) =>
    from.snapshot(signal, async (session) =>
      strategy.listFunds(session, {
        scope: await resolveScope(session, viewerUserId),
        filter: {},
        order: { column: 'amount', descending: true },
        after: undefined,
        skip: 0,
        pageSize: 20,
        withTotal: true,
      }),
    );

  it('answers more callers than the pool has connections', async () => {
    const expected = await answer(database, closureJoin);
    const callers = Array.from({ length: mysqlPoolDefaults.connectionsMax * 3 }, () =>
      answer(database, createParallel(database)),
    );
    for (const page of await Promise.all(callers)) expect(page).toEqual(expected);
  });

  it('answers on the one connection there is', async () => {
    const one = openDatabase(target, { connectionsMax: 1, waitingMax: 10 });
    try {
      expect(await answer(one, createParallel(one))).toEqual(await answer(database, closureJoin));
    } finally {
      await one.close();
    }
  });
});
