import { fundSortColumns, type Fund } from '@finance/domain';
import { deleteFund, updateFund } from '@finance/store';
import { createOracle } from '@finance/strategy-contract';
import { assertNoLeaks, insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService, type TestClients } from './test-service.ts';

const company = sampleCompany(60, 3_000);
const oracle = createOracle(company);
const { signal } = new AbortController();
/** Everybody is below the first. */
const top = 1n;
const batchFundsMax = 500;

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    return { name, database, ...(await startTestService(database)) };
  }),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));
const cases = services.flatMap(({ name, database, clients }) =>
  clients.map((client) => ({ name, database, ...client })),
);

type Request = Parameters<TestClients['funds']['exportFunds']>[0];

async function exported(funds: TestClients['funds'], request: Request) {
  const batches = [];
  for await (const batch of funds.exportFunds(request)) batches.push(batch);
  return batches;
}

describe.each(cases)('ExportFunds on $name over $protocol', ({ funds, name, database }) => {
  it('sends what the oracle shows, in order and batches, with one token', async () => {
    const viewers = [top, 2n, 7n, 40n, company.users.find((user) => user.role === 'staff')!.userId];
    for (const [i, viewerUserId] of viewers.entries()) {
      const order = { column: fundSortColumns[i]!, descending: i % 2 === 0 };
      const filter = i % 2 === 0 ? {} : { amountCentsMin: 1_000_000n };
      const orderBy = order.descending ? `${order.column} desc` : order.column;
      const batches = await exported(funds, { viewerUserId, orderBy, filter });
      const expected = oracle.visibleFunds(viewerUserId, filter, order).map((fund) => fund.fundId);
      expect(batches.flatMap((batch) => batch.funds.map((fund) => fund.fundId))).toEqual(expected);
      expect(batches).toHaveLength(Math.max(1, Math.ceil(expected.length / batchFundsMax)));
      expect(new Set(batches.map((batch) => batch.consistencyToken)).size).toBe(1);
      const again = { case: 'atLeastAsFresh' as const, value: batches[0]!.consistencyToken };
      const fresh = await funds.summarizeFunds({ viewerUserId, filter, consistency: { requirement: again } });
      expect(fresh.totals?.fundCount).toBe(BigInt(expected.length));
    }
  });

  it('sends one empty batch with a token for nothing, and fails for an unknown viewer', async () => {
    const nothing = await exported(funds, { viewerUserId: top, filter: { handlerDepartment: 'nowhere' } });
    expect(nothing.map((batch) => batch.funds)).toEqual([[]]);
    expect(nothing[0]?.consistencyToken).not.toBe('');
    await expect(exported(funds, { viewerUserId: 424_242n })).rejects.toThrow('not_found');
  });

  it('is one snapshot while others write', async () => {
    const order = { column: 'fund_id', descending: false } as const;
    const before = oracle.visibleFunds(top, {}, order);
    const received: Pick<Fund, 'fundId' | 'amountCents'>[] = [];
    let written = 0;
    for await (const batch of funds.exportFunds({ viewerUserId: top })) {
      const last = before.at(-1 - written)!.fundId;
      // A write that needs the export's own connection, or waited for it, would never come back.
      await database.transaction(signal, (session) => updateFund(session, last - 50n, { amountCents: -1n }, 1));
      await database.transaction(signal, (session) => deleteFund(session, last));
      written += 1;
      received.push(...batch.funds);
    }
    expect(written).toBe(6);
    expect(received.map(({ fundId, amountCents }) => ({ fundId, amountCents }))).toEqual(
      before.map(({ fundId, amountCents }) => ({ fundId, amountCents })),
    );
    await insertDataSet(database, company);
  });

  it('gives its connection back when its caller leaves early, and its place to the next', async () => {
    for (let round = 0; round < 5; round += 1) {
      const leaving = new AbortController();
      const stream = funds.exportFunds({ viewerUserId: top }, { signal: leaving.signal })[Symbol.asyncIterator]();
      await stream.next();
      leaving.abort();
      await stream.next().catch(() => undefined);
      await expect.poll(() => exported(funds, { viewerUserId: 40n }).then(() => 'exported', String)).toBe('exported');
    }
    await assertNoLeaks(database, name === 'sqlite' ? 4 : 10);
  });
});

describe.each(services)('many exports on $name', ({ name, database, clients }) => {
  it('are refused beyond the limit, and none hangs', async () => {
    const [{ funds }] = clients as [TestClients];
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        sleep(i).then(() =>
          exported(funds, { viewerUserId: top }).then(
            (batches) => batches.length,
            (error: unknown) => String(error),
          ),
        ),
      ),
    );
    const refused = outcomes.filter((outcome) => typeof outcome === 'string');
    expect(refused.every((error) => /exports (of this caller )?run already/.test(error))).toBe(true);
    expect(refused.length).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome === 6).length).toBe(12 - refused.length);
    await assertNoLeaks(database, name === 'sqlite' ? 4 : 10);
  });
});
