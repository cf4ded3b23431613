import { explainNamedQueries, planProblems, withTestDatabases, type NamedQuery } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { appendEntries } from './log/append-entries.ts';
import { claimSealKey } from './log/claim-seal-key.ts';
import { listEntries, type AuditFilter } from './log/list-entries.ts';
import { readEntries } from './log/read-entries.ts';
import { notePending } from './log/pending-changes.ts';
import { factsOf, never, testAppend } from './testing.ts';

const databases = await withTestDatabases(import.meta.url);

const [batches, batchSize] = [10, 500];
const startMicros = 1_700_000_000_000_000;
const micros = (batch: number): number => startMicros + batch * 3_600_000_000;

const noted = (i: number) => ({ ...factsOf(i, { kind: 'write' }), note: `other-${i + 1}`, atMicros: micros(batches) });

const variants = (name: string, filter: AuditFilter): NamedQuery[] =>
  [undefined, 2_500n].flatMap((after) =>
    [false, true].map((descending) => ({
      name: `audit/list-entries${name}`,
      run: (session) => listEntries(session, { filter, descending, after, pageSize: 20 }),
    })),
  );

const queries: readonly NamedQuery[] = [
  ...variants('', {}),
  ...variants(' of an rpc', { rpc: 'finance.funds.v1.FundsService/GetFund' }),
  ...variants(' of a caller', { caller: 'caller 17' }),
  ...variants(' of a viewer', { viewerUserId: 17n }),
  ...variants(' of a time', { recordedFromMicros: micros(3), recordedToMicros: micros(4) }),
  {
    name: 'audit/append-entries',
    run: (session) => appendEntries(session, [factsOf(1)], { ...testAppend, nowMicros: startMicros }),
  },
  {
    name: 'audit/take-changes',
    run: async (session) => {
      await notePending(session, testAppend.seals, noted(0));
      await appendEntries(session, [], { ...testAppend, nowMicros: startMicros });
    },
  },
  { name: 'audit/claim-seal-key', run: (session) => claimSealKey(session, testAppend.seals) },
  { name: 'audit/read-entries', run: (session) => readEntries(session, 2_500n, 100) },
];

describe.each(databases)('the queries of the audit log on $name', ({ name, database }) => {
  beforeAll(async () => {
    for (let batch = 0; batch < batches; batch += 1) {
      const entries = Array.from({ length: batchSize }, (_, index) => {
        const request = batch * batchSize + index;
        return factsOf(request, { caller: `caller ${request % 101}`, viewerUserId: BigInt(request % 211) });
      });
      await database.transaction(never, (session) =>
        appendEntries(session, entries, { ...testAppend, nowMicros: micros(batch) }),
      );
    }
    await database.transaction(never, async (session) => {
      for (let i = 0; i < 100; i += 1) await notePending(session, testAppend.seals, noted(i));
    });
    if (name === 'mysql') await database.snapshot(never, (session) => session.all(sql`ANALYZE TABLE audit_log`));
    else await database.transaction(never, (session) => session.run(sql`ANALYZE`));
  });

  it('use the indexes that list them, and read all of the log never', async () => {
    expect(planProblems('audit', name, await explainNamedQueries(database, queries))).toEqual([]);
  });

  it('find a span of time by its ends', async () => {
    const page = (filter: AuditFilter) =>
      database.snapshot(never, async (session) => {
        const query = { filter, descending: false, after: undefined, pageSize: 1_000 };
        return (await listEntries(session, query)).entries.map((entry) => entry.sequence);
      });
    const hour = await page({ recordedFromMicros: micros(3), recordedToMicros: micros(4) });
    expect([hour[0], hour.at(-1), hour.length]).toEqual([1_501n, 2_000n, 500]);
    expect(await page({ recordedFromMicros: micros(99) })).toEqual([]);
    expect(await page({ recordedToMicros: startMicros })).toEqual([]);
    expect((await page({ recordedToMicros: micros(99), recordedFromMicros: micros(9) })).length).toBe(500);
  });
});
