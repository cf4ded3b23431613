import type { FundFilter, FundOrder } from '@finance/domain';
import { historyPointOf, positionText, type Database } from '@finance/schema';
import { createOracle, pageOf } from '@finance/strategy-contract';
import { insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditHost } from './host/audit-host.ts';
import type { Supervisor } from './host/supervisor.ts';
import type { IndexReplica, LiveIndexHost } from './live-index-host.ts';
import type { JournalState, ToReplica } from './messages.ts';
import { openIndexReplica } from './replica/open-index-replica.ts';
import type { ReplicaOptions } from './replica/replica.ts';
import { startSupervised } from './start-live-index-host.ts';
import type { ReplicaThreadReport, ReplicaThreadStart } from './testing/replica-thread.ts';
import { expectSameAsSql } from './testing/same-as-sql.ts';
import { logInto, until, untilReady, type LogLine } from './testing/wait.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const people = 60;
const records = 1_500;
const data = sampleCompany(people, records);
const order: FundOrder = { column: 'amount', descending: true };
const noFilter: FundFilter = {};
const place = { filter: noFilter, order, after: undefined, skip: 0, pageSize: 20, withTotal: true };

/** Small enough to be merged several times in a test, and for one statement to be larger than the journal. */
const merge = { fundsMin: 100, fundsShare: 0, journalChangesMax: 1_000 };
/** Other work on the machine delays the index; being late is not what most of these tests are about. */
const waitMs = 20_000;
const writes = 400;
const hostStartMs = 120_000;

/** A position that the database has not reached. */
function later(position: string): string {
  const { historyId, point } = historyPointOf(position);
  return positionText({
    historyId,
    point: point.replace(/\d+(?=(\.-?\d+)?$)/, (last) => String(Number(last) + 1e9)),
  });
}

const setAmount = (database: Database, fundId: bigint, cents: number): Promise<unknown> =>
  database.transaction(signal, (session) =>
    session.run(sql`UPDATE financial_funds SET ${sql.raw(session.dialect.amountColumn)} =
      ${session.dialect.amountParam(BigInt(cents))} WHERE fund_id = ${fundId}`),
  );

describe.each(databases)('on $name, a host', { timeout: hostStartMs }, ({ database, target }) => {
  let host: LiveIndexHost;
  let supervisor: Supervisor;
  const replicas: IndexReplica[] = [];
  const addReplica = (options: Partial<ReplicaOptions>): IndexReplica => {
    const replica = openIndexReplica(host.connect(), target, { waitMs, ...options });
    replicas.push(replica);
    return replica;
  };

  const startAudit = (lines: LogLine[]): AuditHost =>
    new AuditHost(target, () => host.connect(), logInto(lines), { intervalMs: 1, timeShareMax: 1 });

  beforeAll(async () => {
    await insertDataSet(database, data);
    ({ host, supervisor } = startSupervised(target, { log: logInto([]), audit: false, waitMs, merge }));
  }, hostStartMs);
  afterAll(async () => {
    await host.close();
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('sends calls to SQL until it is loaded, then serves the pages of the oracle', async () => {
    const states: string[] = [host.state().name];
    host.onState((state) => states.push(state.name));
    expect(await host.at({ kind: 'latest' })).toBeUndefined();
    await untilReady(host);
    expect([...new Set(states)]).toEqual(['starting', 'catching-up', 'ready']);
    const oracle = createOracle(data);
    for (const { userId } of data.users) {
      const view = await host.at({ kind: 'latest' });
      expect(view!.index.listFunds({ viewerUserId: userId, ...place })).toEqual(
        pageOf(oracle.visibleFunds(userId, noFilter, order), place),
      );
    }
    expect(host.stats()).toMatchObject({ served: people, fallbacks: { starting: 1 }, index: { funds: records } });
  });

  it('answers at the position of an earlier answer, and refuses one of another engine', async () => {
    const view = await host.at({ kind: 'latest' });
    expect((await host.at({ kind: 'at-least', position: view!.position }))!.index).toBe(view!.index);
    expect(() => host.at({ kind: 'at-least', position: 'nonsense' })).toThrow('none of this database');
  });

  it('serves from another thread, over the same memory', async () => {
    const port = host.connect();
    const workerData: ReplicaThreadStart = { port, target, viewerUserId: 1n };
    const worker = new Worker(new URL('./testing/replica-thread.ts', import.meta.url), {
      workerData,
      transferList: [port],
    });
    const [totals] = (await once(worker, 'message')) as [ReplicaThreadReport];
    await worker.terminate();
    expect(totals).toEqual({ totalSize: records });
  });

  it('is never stale for anybody while bases are merged; without the fence it is', async () => {
    const unfenced = addReplica({ fence: false });
    await untilReady(unfenced);
    const acknowledged = new Map<bigint, number>();
    const isStale = async (replica: IndexReplica, fundId: bigint): Promise<boolean> => {
      const cents = acknowledged.get(fundId)!;
      const view = await replica.at({ kind: 'latest' });
      return Number(view!.index.visibleFunds(1n, [fundId])[0]!.amountCents) < cents;
    };
    let stale = 0;
    let staleUnfenced = 0;
    let reads = 0;
    let isWriting = true;
    const write = async (start: number): Promise<void> => {
      for (let i = start; i < writes; i += 2) {
        const fundId = BigInt(1 + i);
        await setAmount(database, fundId, 20_000_000 + i);
        acknowledged.set(fundId, 20_000_000 + i);
        if (await isStale(unfenced, fundId)) staleUnfenced += 1;
        if (await isStale(host, fundId)) stale += 1;
      }
    };
    const read = async (): Promise<void> => {
      while (isWriting) {
        const fundId = [...acknowledged.keys()].at(-1);
        if (fundId !== undefined && (await isStale(host, fundId))) stale += 1;
        reads += 1;
        await new Promise(setImmediate);
      }
    };
    const readers = [read(), read(), read()];
    await Promise.all([write(0), write(1)]);
    isWriting = false;
    await Promise.all(readers);
    await until(() => host.stats().baseSwitches > 0);
    console.log(
      `${target.engine}: ${writes} writes, ${reads + writes} fenced reads, ${stale} stale; ${writes} reads without the fence, ` +
        `${staleUnfenced} stale; ${host.stats().baseSwitches} merged bases taken`,
    );
    expect(reads).toBeGreaterThan(writes / 4);
    expect(stale).toBe(0);
    expect(staleUnfenced).toBeGreaterThan(0);
    await expectSameAsSql(host, database);
  });

  it('takes in a transaction that is larger than its journal', async () => {
    await database.transaction(signal, (session) =>
      session.run(sql`UPDATE financial_funds SET currency_code = 'XXX' WHERE fund_id > 0`),
    );
    const view = await host.at({ kind: 'latest' });
    expect(view!.index.listFunds({ viewerUserId: 1n, ...place }).funds.every((f) => f.currencyCode === 'XXX')).toBe(
      true,
    );
    await expectSameAsSql(host, database);
  });

  it('loads the database again rather than follow a transaction for which that takes longer', async () => {
    const bounds = { ...merge, transactionChangesMax: records / 3 };
    const { host: other } = startSupervised(target, { log: logInto([]), audit: false, waitMs, merge: bounds });
    await untilReady(other);
    // Who has been sent a change has been sent it by a journal that knows the base.
    await setAmount(database, 1n, 50_000_000);
    await expectSameAsSql(other, database);
    await database.transaction(signal, (session) =>
      session.run(sql`UPDATE financial_funds SET currency_code = 'XTS' WHERE fund_id > 0`),
    );
    await until(() => other.hostStats().rebuilds['large-transaction'] === 1);
    await untilReady(other);
    expect(other.hostStats()).toMatchObject({ loads: 2, rebuilds: { 'feed-lost': 0 } });
    await expectSameAsSql(other, database);
    await other.close();
  });

  it('serves on while the builder is dead, and gets another one', async () => {
    const { merges } = host.hostStats();
    const states: string[] = [];
    const stopListening = host.onState((state) => states.push(state.name));
    await supervisor.builder!.worker.terminate();
    for (let i = 0; i < 2 * merge.fundsMin; i += 1) await setAmount(database, BigInt(1 + i), 30_000_000 + i);
    await until(() => host.hostStats().merges > merges);
    stopListening();
    expect(states).toEqual([]);
    expect(host.hostStats()).toMatchObject({ loads: 1, rebuilds: { 'thread-ended': 1 } });
    await expectSameAsSql(host, database);
  });

  it('goes on from the last base when the journal dies', async () => {
    await supervisor.journal!.worker.terminate();
    await until(() => host.state().name !== 'ready');
    await setAmount(database, 5n, 40_000_000);
    await untilReady(host);
    expect(host.hostStats()).toMatchObject({ loads: 1, rebuilds: { 'thread-ended': 2 } });
    await expectSameAsSql(host, database);
  });

  it('audits itself under writes without a false alarm, also after the death of its thread', async () => {
    const lines: LogLine[] = [];
    const audit = startAudit(lines);
    for (let i = 0; audit.stats().checks < 30; i += 1) await setAmount(database, 9n, 50_000_000 + i);
    expect(audit.stats()).toMatchObject({ differences: 0, orgOutOfStep: 0 });
    expect(lines).toEqual([]);
    await audit.thread!.worker.terminate();
    const { checks } = audit.stats();
    await until(() => audit.stats().checks > checks);
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('started again') }]);
    await audit.close();
  });

  it('does not take the index for wrong when the stored tree is out of step and marked as in step by hand', async () => {
    const lines: LogLine[] = [];
    const setParent = (parentUserId: bigint): Promise<unknown> =>
      database.transaction(signal, async (session) => {
        await session.run(sql`UPDATE users SET parent_id = ${parentUserId} WHERE id = 3`);
        await session.run(sql`UPDATE org_state SET tree_in_step = 1`);
      });
    const audit = startAudit(lines);
    await setParent(2n);
    await until(() => lines.length > 0);
    await audit.close();
    await setParent(1n);
    expect(lines[0]!.message).toContain('out of step');
    expect(audit.stats()).toMatchObject({ differences: 0 });
    expect(host.hostStats().rebuilds.audit).toBe(0);
    expect(host.state().name).toBe('ready');
  });

  it('knows an index that has what its database does not show', async () => {
    const lines: LogLine[] = [];
    const { port1: ours, port2: theirs } = new MessageChannel();
    const journal = new MessageChannel();
    const published = supervisor.published!;
    const position = later(published.position!);
    const lost = { ...published, position, readyAt: position };
    const audit = new AuditHost(target, () => theirs, logInto(lines), { intervalMs: 1, timeShareMax: 1 });
    const wrong = once(ours, 'message');
    ours.postMessage({ kind: 'base', published: lost, journal: journal.port2 } satisfies ToReplica, [journal.port2]);
    journal.port1.postMessage({ isConnected: true } satisfies JournalState);
    expect(await wrong).toMatchObject([{ kind: 'wrong', cause: 'ahead' }]);
    await until(() => audit.stats().ahead === 1);
    await audit.close();
    journal.port1.close();
    ours.close();
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('has lost') }]);
    expect(audit.stats()).toMatchObject({ checks: 0, differences: 0 });
  });

  it('finds a corrupted index by itself, reports it and builds another one', async () => {
    const { amountCents } = supervisor.published!.base;
    for (let fund = 0; fund < amountCents.length; fund += 10) amountCents[fund]! += 1;
    const lines: LogLine[] = [];
    const audit = startAudit(lines);
    await until(() => lines.length > 0);
    await until(() => host.hostStats().rebuilds.audit === 1);
    await untilReady(host);
    const { checks } = audit.stats();
    await until(() => audit.stats().checks > checks + 5);
    await audit.close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'error', message: expect.stringContaining('differs from SQL') });
    expect(Object.keys(lines[0]!.fields)).toEqual(
      expect.arrayContaining(['question', 'position', 'seed', 'indexIds', 'sqlIds', 'indexFacts', 'sqlFacts']),
    );
    expect(host.hostStats().loads).toBe(2);
    await expectSameAsSql(host, database);
  });
});
