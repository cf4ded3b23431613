import { DomainError, type CallFacts } from '@finance/domain';
import { untilCallerLeaves, type Database } from '@finance/schema';
import { withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { genesis, nothingAnswered } from '../chain/audit-entry.ts';
import { readCheckpointFile } from '../checkpoints/checkpoint-witness.ts';
import { newSeed, signingKey } from '../checkpoints/signing-key.ts';
import { readEntries } from '../log/read-entries.ts';
import { factsOf, never, testAppend } from '../testing.ts';
import { verifyLog } from '../verify/verify-log.ts';
import { createSeals } from '../seals/seals.ts';
import { instanceFacts } from '../log/append-entries.ts';
import { createAuditTrail, type AuditTrail, type AuditTrailOptions } from './audit-trail.ts';
import { EntryQueue } from './entry-queue.ts';
import { OwnChanges } from './own-changes.ts';

const databases = await withTestDatabases(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'finance-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { seals } = testAppend;
const { kind: _, ...call } = factsOf(1);
const facts: CallFacts = call;
const read = { ...nothingAnswered, outcome: 'OK', resultCount: 3n };
const change = sql`UPDATE org_state SET version = version + 1 WHERE id = 1`;

describe.each(databases)('the audit trail on $name', ({ name, database }) => {
  const problems: unknown[] = [];
  const trailOn = (on: Database, options: Partial<AuditTrailOptions> = {}) =>
    createAuditTrail({
      database: on,
      service: 'test',
      reads: 'async',
      seals,
      onProblem: (error) => problems.push(error),
      ...options,
    });
  const entries = () => database.snapshot(never, (session) => readEntries(session, 0n, 10_000));
  const version = () =>
    database.snapshot(never, async (session) => (await session.all(sql`SELECT version FROM org_state`))[0]!['version']);
  /** The database as it is while its audit log cannot be written. */
  const broken = { work: false };
  const breakable: Database = {
    ...database,
    transaction: (signal, work) =>
      database.transaction(signal, (session) =>
        work({
          ...session,
          all: (query) => session.all(broken.work ? sql`SELECT * FROM no_such_table` : query),
          run: (query) => session.run(broken.work ? sql`DELETE FROM no_such_table` : query),
        }),
      ),
  };

  beforeEach(async () => {
    problems.length = 0;
    await database.transaction(never, async (session) => {
      await session.run(sql`DELETE FROM audit_log`);
      await session.run(sql`UPDATE audit_state SET sequence = 0, entry_hash = ${genesis.entryHash} WHERE id = 1`);
    });
  });

  it('a change and its entry are committed together, once, and the call adds none', async () => {
    const trail = trailOn(database);
    const open = trail.calls.begin(facts);
    await open.within(() => trail.database.transaction(never, (session) => session.run(change)));
    await open.end(read);
    await trail.close();
    expect((await entries()).map((entry) => [entry.kind, entry.requestId])).toEqual([
      ['write', 'request-1'],
      ['stop', expect.any(String)],
    ]);
  });

  it('a change that fails leaves no entry of a change, but one of its refusal', async () => {
    const trail = trailOn(database);
    const open = trail.calls.begin(facts);
    const before = await version();
    const failing = open.within(() =>
      trail.database.transaction(never, async (session) => {
        await session.run(change);
        throw new DomainError('ORG_CYCLE', 'no');
      }),
    );
    await expect(failing).rejects.toThrow('no');
    await open.end({ ...nothingAnswered, outcome: 'ORG_CYCLE' });
    await trail.close();
    expect(await version()).toBe(before);
    expect((await entries())[0]).toMatchObject({ kind: 'call', outcome: 'ORG_CYCLE', resultCount: null });
  });

  it('writes that are refused leave no gap in the numbers of notes', async () => {
    const trail = trailOn(database);
    const refused = () =>
      trail.database.transaction(never, () => Promise.reject(new DomainError('FUND_NOT_FOUND', 'no')));
    for (let i = 0; i < 5; i += 1) await expect(trail.calls.begin(facts).within(refused)).rejects.toThrow('no');
    await trail.calls.begin(facts).within(() => trail.database.transaction(never, (session) => session.run(change)));
    await trail.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['write', 'stop']);
    expect(await verifyLog(database, { seals }, never)).toMatchObject({ firstBad: undefined, changesWithoutEntry: 0 });
  });

  it('a change whose caller leaves is not made, whichever statement runs', async () => {
    const trail = trailOn(database);
    const before = await version();
    for (const leavesBefore of [true, false]) {
      const caller = new AbortController();
      const leaving = trail.database.transaction.bind(trail.database, caller.signal, async (session) => {
        if (leavesBefore) caller.abort();
        await session.run(change);
        caller.abort();
      });
      await expect(trail.calls.begin(facts).within(leaving)).rejects.toThrow('cancelled');
    }
    // Waits for what is still under way.
    await database.transaction(never, (session) => session.run(change));
    expect(await version()).toBe((before as bigint) + 1n);
    await trail.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['stop']);
    expect(problems).toEqual([]);
  });

  it('a change that is committed after its caller has left has its entry, and is no alarm', async () => {
    const caller = new AbortController();
    let goingOn: Promise<unknown> | undefined;
    // A commit that is on its way when its caller leaves.
    const goesOn: Database = {
      ...database,
      transaction: (signal, work) => {
        const all = database.transaction(never, (session) => {
          let isChanged = false;
          const run: typeof session.run = (statement) => {
            if (isChanged) caller.abort();
            isChanged = statement === change;
            return session.run(statement);
          };
          return work({ ...session, run });
        });
        goingOn = all;
        return untilCallerLeaves(signal, all, () => undefined);
      },
    };
    const trail = trailOn(goesOn);
    const leaving = () => trail.database.transaction(caller.signal, (session) => session.run(change));
    await expect(trail.calls.begin(facts).within(leaving)).rejects.toThrow('cancelled');
    await goingOn;
    await trail.close();
    expect((await entries()).map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['write', 'OK'],
      ['stop', 'OK'],
    ]);
    expect(problems).toEqual([]);
  });

  it('a call for which there was no room decided nothing and leaves no entry', async () => {
    const trail = trailOn(database);
    await trail.calls.begin(facts).end({ ...nothingAnswered, outcome: 'OVERLOADED' });
    await trail.calls.begin(facts).end(read);
    await trail.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['call', 'stop']);
  });

  it('a change is refused while its entry cannot be written, and outside a call', async () => {
    const trail = trailOn(breakable);
    const before = await version();
    const write = () => trail.database.transaction(never, (session) => session.run(change));
    broken.work = true;
    await expect(trail.calls.begin(facts).within(write)).rejects.toThrow();
    broken.work = false;
    await expect(write()).rejects.toThrow('outside a recorded call');
    expect(await version()).toBe(before);
    expect(await entries()).toEqual([]);
  });

  it('writers side by side get numbers without gaps and none is lost', async () => {
    const trail = trailOn(database);
    const [writers, each] = [8, 15];
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let i = 0; i < each; i += 1) {
          const open = trail.calls.begin({ ...facts, requestId: `${writer}-${i}` });
          await open.within(() => trail.database.transaction(never, (session) => session.run(change)));
          await trail.calls.begin(facts).end(read);
        }
      }),
    );
    await trail.close();
    const { firstBad, lastSequence } = await verifyLog(database, { seals }, never);
    expect([firstBad, lastSequence]).toEqual([undefined, BigInt(2 * writers * each + 1)]);
    const written = (await entries()).filter(({ kind }) => kind === 'write');
    expect(new Set(written.map(({ requestId }) => requestId)).size).toBe(writers * each);
    expect(problems).toEqual([]);
  });

  it('reads beyond the bound are counted as lost, and the chain tells how many', async () => {
    const trail = trailOn(breakable, { queue: { queuedMax: 5, flushIntervalMs: 60_000 } });
    for (let i = 0; i < 12; i += 1) await trail.calls.begin({ ...facts, requestId: `${i}` }).end(read);
    expect(trail.stats()).toMatchObject({ queued: 5, lost: 7, recorded: 0 });
    await trail.close();
    const all = await entries();
    expect(all[0]).toMatchObject({ kind: 'lost', resultCount: 7n, caller: 'test' });
    expect(all.slice(1, 6).map(({ requestId }) => requestId)).toEqual(['0', '1', '2', '3', '4']);
    expect(trail.stats()).toMatchObject({ queued: 0, lost: 7, recorded: 5 });
  });

  it('reads that could not be flushed are flushed later', async () => {
    const trail = trailOn(breakable, { queue: { queuedMax: 100, flushIntervalMs: 1 } });
    broken.work = true;
    await trail.calls.begin(facts).end(read);
    await expect.poll(() => trail.stats().failedFlushes, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(problems).toHaveLength(1);
    broken.work = false;
    await expect.poll(() => trail.stats().recorded, { timeout: 10_000 }).toBe(1);
    await trail.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['call', 'stop']);
  });

  it('a log that cannot be written is not tried by each call', async () => {
    const trail = trailOn(breakable, { queue: { queuedMax: 2_000, flushIntervalMs: 60_000 } });
    broken.work = true;
    for (let i = 0; i < 499; i += 1) await trail.calls.begin(facts).end(read);
    expect(trail.stats().failedFlushes).toBe(0);
    await trail.calls.begin(facts).end(read);
    await expect.poll(() => trail.stats().failedFlushes, { timeout: 10_000 }).toBe(1);
    for (let i = 0; i < 100; i += 1) await trail.calls.begin(facts).end(read);
    await setImmediate();
    expect(trail.stats()).toMatchObject({ failedFlushes: 1, queued: 600 });
    broken.work = false;
    await trail.close();
    expect(trail.stats()).toMatchObject({ queued: 0, recorded: 600 });
  });

  it('a database that keeps silent does not hold the end', async () => {
    let asked = 0;
    const silent = (signal: AbortSignal): Promise<never> => {
      asked += 1;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gave up'))));
    };
    const trail = trailOn({ ...breakable, snapshot: silent }, { lookIntervalMs: 5 });
    await trail.start();
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(1);
    await trail.close();
  });

  it('sync reads are recorded before they are answered, or refused', async () => {
    const trail = trailOn(breakable, { reads: 'sync' });
    await Promise.all(Array.from({ length: 30 }, () => trail.calls.begin(facts).end(read)));
    expect(await entries()).toHaveLength(30);
    broken.work = true;
    await expect(trail.calls.begin(facts).end(read)).rejects.toThrow();
    broken.work = false;
    await trail.close();
    expect((await entries()).slice(30).map(({ kind, resultCount }) => [kind, resultCount])).toEqual([
      ['lost', 1n],
      ['stop', null],
    ]);
  });

  it('the beginning of a stream is recorded before its first message may leave, or it may not', async () => {
    const trail = trailOn(breakable, { reads: 'sync' });
    const stream = trail.calls.begin(facts);
    await stream.began({ ...read, resultCount: null });
    expect((await entries()).map(({ kind, requestId }) => [kind, requestId])).toEqual([['begin', 'request-1']]);
    broken.work = true;
    await expect(trail.calls.begin(facts).began(read)).rejects.toThrow();
    broken.work = false;
    await trail.close();
  });

  it('of refusals alike some have an entry, the others one with their number; another caller has its own', async () => {
    const trail = trailOn(database);
    for (let i = 0; i < 50; i += 1) await trail.calls.refuse({ ...facts, caller: '' }, 'CREDENTIAL_INVALID');
    await trail.calls.refuse({ ...facts, caller: 'reports' }, 'CAPABILITY_MISSING');
    expect(trail.stats()).toMatchObject({ queued: 11, lost: 0, refusalsCounted: 0 });
    await trail.close();
    const all = (await entries()).map(({ kind, caller, outcome, resultCount }) => [kind, caller, outcome, resultCount]);
    expect(all).toEqual([
      ...Array.from({ length: 10 }, () => ['call', '', 'CREDENTIAL_INVALID', null]),
      ['call', 'reports', 'CAPABILITY_MISSING', null],
      ['lost', '', 'CREDENTIAL_INVALID', 40n],
      ['stop', 'test', 'OK', null],
    ]);
    expect(trail.stats().refusalsCounted).toBe(40);
  });

  it('sync refusals are recorded before they are told, or cannot be told; off records none', async () => {
    const sync = trailOn(breakable, { reads: 'sync' });
    await sync.calls.refuse(facts, 'CAPABILITY_MISSING');
    expect((await entries()).map(({ outcome }) => outcome)).toEqual(['CAPABILITY_MISSING']);
    broken.work = true;
    await expect(sync.calls.refuse(facts, 'CAPABILITY_MISSING')).rejects.toThrow();
    broken.work = false;
    await sync.close();
    const off = trailOn(database, { reads: 'off' });
    for (let i = 0; i < 50; i += 1) expect(off.calls.refuse(facts, 'CAPABILITY_MISSING')).toBeUndefined();
    await off.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['call', 'lost', 'stop', 'stop']);
  });

  it('off records changes only', async () => {
    const trail = trailOn(database, { reads: 'off' });
    await trail.calls.begin(facts).end(read);
    await trail.calls.begin(facts).within(() => trail.database.transaction(never, (session) => session.run(change)));
    await expect.poll(() => trail.stats().recorded, { timeout: 10_000 }).toBe(1);
    expect((await entries()).map(({ kind }) => kind)).toEqual(['write']);
  });

  it('texts of any length and script fit, and the chain holds', async () => {
    const trail = trailOn(database);
    const odd = { ...facts, caller: '💶'.repeat(300), callerAddress: 'x\u{D800}y\0z', rpc: ' trailing space ' };
    await trail.calls.begin(odd).end({ ...read, position: 'p'.repeat(2_000) });
    await trail.close();
    expect((await verifyLog(database, { seals }, never)).firstBad).toBeUndefined();
    expect((await entries())[0]).toMatchObject({
      position: '',
      rpc: ' trailing space ',
      callerAddress: 'x\ufffdy\ufffdz',
    });
  });

  it('times never go back, whatever the clock does', async () => {
    let nowMicros = 2_000_000_000_000_000;
    const trail = trailOn(database, { reads: 'sync', nowMicros: () => (nowMicros -= 1_000_000) });
    for (let i = 0; i < 3; i += 1) await trail.calls.begin(facts).end(read);
    const times = (await entries()).map(({ recordedAtMicros }) => recordedAtMicros);
    expect(times).toEqual([...times].sort());
    await database.transaction(never, (session) =>
      session.run(sql`UPDATE audit_state SET recorded_at = ${database.dialect.instantParam(0)} WHERE id = 1`),
    );
  });

  it('changes of a process that died get their place from another', async () => {
    const died = trailOn(breakable);
    const write = () => died.database.transaction(never, (session) => session.run(change));
    await died.calls.begin(facts).within(write);
    broken.work = true;
    const other = trailOn(database, { lookIntervalMs: 5 });
    await other.start();
    await expect.poll(async () => (await entries()).map(({ kind }) => kind)).toEqual(['write', 'start']);
    broken.work = false;
    await died.calls.begin(facts).within(write);
    await died.close();
    await other.close();
    expect((await entries()).filter(({ kind }) => kind === 'write')).toHaveLength(2);
    expect(await verifyLog(database, { seals }, never)).toMatchObject({ firstBad: undefined, pendingChanges: 0 });
  });

  /** Statements of somebody who may write to the database. */
  const bySql = (...statements: readonly SQL[]) =>
    database.transaction(never, async (session) => {
      for (const statement of statements) await session.run(statement);
    });
  const told = async () => (await entries()).map(({ kind, outcome, resultCount }) => [kind, outcome, resultCount]);
  const write = (trail: AuditTrail, more: Partial<CallFacts> = {}) =>
    trail.calls
      .begin({ ...facts, ...more })
      .within(() => trail.database.transaction(never, (session) => session.run(change)));

  it('notes that no service wrote, or that were altered, are an alarm and no change', async () => {
    const silent = trailOn(breakable);
    await write(silent);
    broken.work = true;
    await bySql(
      sql`INSERT INTO audit_pending (entry) VALUES ('{')`,
      sql`UPDATE audit_pending SET entry = REPLACE(entry, 'reports', 'someone') WHERE entry <> '{'`,
    );
    const trail = trailOn(database);
    await trail.start();
    expect(trail.stats().alarms).toBe(2);
    expect(await told()).toEqual([
      ['alarm', 'NOTE_UNSEALED', 2n],
      ['start', 'OK', null],
    ]);
    const { alarms, firstBad } = await verifyLog(database, { seals }, never);
    expect([alarms, firstBad]).toEqual([
      [expect.stringContaining('entry 1 is an alarm of a service: NOTE_UNSEALED, rows: 2')],
      undefined,
    ]);
    broken.work = false;
    await trail.close();
    await silent.close();
    problems.length = 0;
  });

  it('a change whose note was taken out is on record all the same, after an alarm', async () => {
    const trail = trailOn(database, { queue: { queuedMax: 10, flushIntervalMs: 60_000 } });
    await write(trail, { requestId: 'hidden' });
    await write(trail, { requestId: 'plain' });
    await bySql(sql`DELETE FROM audit_pending WHERE entry LIKE '%hidden%'`);
    await trail.close();
    expect(await told()).toEqual([
      ['alarm', 'NOTE_REMOVED', 1n],
      ['write', 'OK', null],
      ['write', 'OK', null],
      ['stop', 'OK', null],
    ]);
    expect((await entries()).map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(['hidden', 'plain']));
    expect(await verifyLog(database, { seals }, never)).toMatchObject({ firstBad: undefined, changesWithoutEntry: 0 });
  });

  it('a note that is put in again is an alarm and no second change, whoever takes it', async () => {
    const trail = trailOn(database, { queue: { queuedMax: 10, flushIntervalMs: 60_000 } });
    await write(trail);
    const [row] = await database.snapshot(never, (session) => session.all(sql`SELECT entry FROM audit_pending`));
    const again = () => bySql(sql`INSERT INTO audit_pending (entry) VALUES (${row!['entry']})`);
    await again();
    await trail.calls.begin(facts).end(read);
    await trail.close();
    expect(await told()).toEqual([
      ['alarm', 'NOTE_REPEATED', 1n],
      ['write', 'OK', null],
      ['call', 'OK', 3n],
      ['stop', 'OK', null],
    ]);
    await again();
    const other = trailOn(database);
    await other.start();
    expect((await told()).slice(4)).toEqual([
      ['alarm', 'NOTE_REPEATED', 1n],
      ['start', 'OK', null],
    ]);
    await other.close();
  });

  it('a log that is cut with its head while its process lives is an alarm', async () => {
    const trail = trailOn(database, { reads: 'sync' });
    for (let i = 0; i < 3; i += 1) await trail.calls.begin(facts).end(read);
    const [first] = await entries();
    await bySql(
      sql`DELETE FROM audit_log WHERE sequence > 1`,
      sql`UPDATE audit_state SET sequence = 1, entry_hash = ${first!.entryHash} WHERE id = 1`,
    );
    await trail.calls.begin(facts).end(read);
    await trail.close();
    expect((await told()).slice(1)).toEqual([
      ['alarm', 'LOG_CUT', 2n],
      ['call', 'OK', 3n],
      ['stop', 'OK', null],
    ]);
  });

  it('processes side by side give each other’s changes their place, and nobody raises an alarm', async () => {
    const trails = [trailOn(database, { lookIntervalMs: 5 }), trailOn(database, { lookIntervalMs: 5 })];
    for (const trail of trails) await trail.start();
    const [rounds, each] = [10, 3];
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(trails.flatMap((trail) => Array.from({ length: each }, () => write(trail))));
    }
    for (const trail of trails) await trail.close();
    expect((await entries()).filter(({ kind }) => kind === 'write')).toHaveLength(rounds * trails.length * each);
    expect((await entries()).filter(({ kind }) => kind === 'alarm')).toEqual([]);
    const report = await verifyLog(database, { seals }, never);
    expect(report).toMatchObject({ firstBad: undefined, pendingChanges: 0, alarms: [], changesWithoutEntry: 0 });
  });

  it('all processes on a database seal with one key, or accept each other’s', async () => {
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const start = async (keys: readonly Buffer[]) => {
      const trail = trailOn(database, { seals: createSeals(keys) });
      await trail.start();
      await trail.close();
    };
    const anyKey = sql`UPDATE audit_state SET seal_key_id = '' WHERE id = 1`;
    await bySql(anyKey);
    await start([one]);
    await expect(start([two])).rejects.toThrow('sealed with another key');
    await start([one, two]);
    await start([two, one]);
    await expect(start([one])).rejects.toThrow('sealed with another key');
    expect((await verifyLog(database, { seals: createSeals([two, one]) }, never)).firstBad).toBeUndefined();
    expect((await verifyLog(database, { seals: createSeals([two]) }, never)).firstBad).toMatchObject({ sequence: 1n });
    await bySql(anyKey);
  });

  it('a process with another key that starts while nobody may write is refused then, or before its first write', async () => {
    const [one, two] = [createSeals([Buffer.alloc(32, 1)]), createSeals([Buffer.alloc(32, 2)])];
    let isReadOnly = true;
    const sometimesReadOnly: Database = {
      ...database,
      transaction: (signal, work) =>
        isReadOnly
          ? Promise.reject(new DomainError('DATABASE_READ_ONLY', 'not now'))
          : database.transaction(signal, work),
    };
    const anyKey = sql`UPDATE audit_state SET seal_key_id = '' WHERE id = 1`;
    await bySql(anyKey);
    const before = trailOn(sometimesReadOnly, { seals: two });
    await before.start();
    const right = trailOn(database, { seals: one });
    await right.start();
    await expect(trailOn(sometimesReadOnly, { seals: two }).start()).rejects.toThrow('sealed with another key');
    isReadOnly = false;
    await expect(write(before)).rejects.toThrow('sealed with another key');
    await before.close();
    await right.close();
    expect((await entries()).map(({ kind }) => kind)).toEqual(['start', 'stop']);
    expect(await verifyLog(database, { seals: one }, never)).toMatchObject({ firstBad: undefined, pendingChanges: 0 });
    await bySql(anyKey);
  });

  const poison = ['caller', 'callerAddress', 'requestId', 'rpc', 'viewerUserId', 'argumentsHash'] as const;
  it.each(poison)(
    'a call or change whose %s is of a wrong type has an entry that says so, and holds up none',
    async (field) => {
      const trail = trailOn(database);
      const odd = { [field]: field === 'viewerUserId' ? 2n ** 70n : 7 } as unknown as Partial<CallFacts>;
      await trail.calls.begin({ ...facts, ...odd }).end(read);
      await trail.calls.begin(facts).end(read);
      await write(trail, odd);
      await trail.close();
      expect((await told()).map(([kind, outcome]) => [kind, outcome])).toEqual([
        ['write', `UNREADABLE ${field}`],
        ['call', `UNREADABLE ${field}`],
        ['call', 'OK'],
        ['stop', 'OK'],
      ]);
      expect((await entries())[1]).toMatchObject({ caller: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
      expect((await verifyLog(database, { seals }, never)).firstBad).toBeUndefined();
      expect(problems).toEqual([]);
    },
  );

  it('what the database refuses for itself has an entry that says so, and holds up none', async () => {
    const refuse =
      name === 'mysql'
        ? sql`CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW
            IF NEW.caller = 'refused' THEN SIGNAL SQLSTATE '45000'; END IF`
        : sql`CREATE TRIGGER refuse BEFORE INSERT ON audit_log WHEN NEW.caller = 'refused'
            BEGIN SELECT RAISE(ABORT, 'refused'); END`;
    await bySql(refuse);
    try {
      const trail = trailOn(database, { queue: { queuedMax: 100, flushIntervalMs: 60_000 } });
      for (const caller of ['one', 'refused', 'two']) {
        await write(trail, { caller });
        await trail.calls.begin({ ...facts, caller }).end(read);
      }
      await trail.close();
      const all = (await entries()).map(({ kind, caller, outcome }) => [kind, caller.slice(0, 7), outcome]);
      expect(all).toEqual([
        ['write', 'one', 'OK'],
        ['write', 'sha256:', 'REFUSED_BY_DATABASE'],
        ['write', 'two', 'OK'],
        ['call', 'one', 'OK'],
        ['call', 'sha256:', 'REFUSED_BY_DATABASE'],
        ['call', 'two', 'OK'],
        ['stop', 'test', 'OK'],
      ]);
      expect(trail.stats()).toMatchObject({ queued: 0, lost: 0, refused: 2, failedFlushes: 0 });
      const report = await verifyLog(database, { seals }, never);
      expect(report).toMatchObject({ firstBad: undefined, alarms: [], changesWithoutEntry: 0 });
    } finally {
      await bySql(sql`DROP TRIGGER refuse`);
    }
  });

  it('what still waits at the end is counted, in the log or, where it cannot be, in what is logged', async () => {
    const queueOf = (on: Database) => {
      const limits = { queuedMax: 10, flushIntervalMs: 60_000 };
      const { instance } = testAppend;
      const changes = new OwnChanges(instance.requestId);
      const onProblem = () => undefined;
      return new EntryQueue({
        database: on,
        limits,
        seals,
        changes,
        instance,
        nowMicros: Date.now,
        onProblem,
        giveUp: never,
      });
    };
    const stop = instanceFacts('stop', testAppend.instance);
    const [one, other] = [queueOf(database), queueOf(breakable)];
    for (const queue of [one, other]) for (let i = 0; i < 3; i += 1) queue.add(factsOf(i));
    await one.end(stop, never);
    expect(await told()).toEqual([
      ['lost', 'OK', 3n],
      ['stop', 'OK', null],
    ]);
    broken.work = true;
    await expect(other.end(stop, never)).rejects.toThrow('3 entries of the audit log are lost');
    broken.work = false;
    expect([one.stats.lost, other.stats.lost]).toEqual([3, 3]);
  });

  it('start, stop and signed checkpoints frame what a process did', async () => {
    const file = join(folder, `${name}.checkpoints`);
    const seed = Buffer.from(newSeed(), 'base64');
    const trail = trailOn(database, { checkpoints: { file, seed }, lookIntervalMs: 5 });
    await trail.start();
    await trail.calls.begin(facts).end(read);
    await expect.poll(() => trail.stats().recorded, { timeout: 10_000 }).toBe(1);
    await trail.close();
    const all = await entries();
    expect(all.map(({ kind }) => kind)).toEqual(['start', 'call', 'stop']);
    expect(all[0]?.requestId).toBe(all[2]?.requestId);
    const { witness, problems: fileProblems } = readCheckpointFile(file, [signingKey(seed).publicKey]);
    expect(fileProblems).toEqual([]);
    expect(witness.lastSequence).toBe(3n);
    expect((await verifyLog(database, { witnesses: [witness], seals }, never)).firstBad).toBeUndefined();
    expect(trail.stats().isIntact).toBe(true);
  });

  it('a log that is altered while the process runs is noticed', async () => {
    const file = join(folder, `${name}-altered.checkpoints`);
    const trail = trailOn(database, {
      reads: 'sync',
      checkpoints: { file, seed: Buffer.from(newSeed(), 'base64') },
      lookIntervalMs: 5,
    });
    await trail.start();
    await trail.calls.begin(facts).end(read);
    await database.transaction(never, (session) => session.run(sql`UPDATE audit_log SET entry_hash = rpc`));
    await trail.calls.begin(facts).end(read);
    await expect.poll(() => trail.stats().isIntact, { timeout: 10_000 }).toBe(false);
    await trail.close();
    expect(String(problems[0])).toContain('is not as it was written');
  });
});
