import { DomainError } from '@finance/domain';
import { openDatabase } from '@finance/schema';
import { startFaultProxy, withTestDatabases, type Fault } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { failuresMax, type BreakerState } from './database-breaker.ts';
import { protectDatabase } from './protect-database.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const limits = { runningMax: 8, waitingMax: 4 };
const one = sql`SELECT 1 AS one`;

describe.each(databases)('a guarded database on $name', ({ database }) => {
  it('answers like the bare one, and domain errors do not open the breaker', async () => {
    const states: BreakerState[] = [];
    const guarded = protectDatabase(database, {
      reads: limits,
      writes: limits,
      onStateChange: (state) => states.push(state),
    });
    for (let i = 0; i < 3 * failuresMax; i += 1) {
      const refused = guarded.transaction(signal, async () => {
        throw new DomainError('ORG_CYCLE', 'on purpose');
      });
      await expect(refused).rejects.toMatchObject({ reason: 'ORG_CYCLE' });
      const broken = guarded.snapshot(signal, (session) => session.all(sql`SELECT nothing FROM nowhere`));
      await expect(broken).rejects.not.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    }
    expect(await guarded.snapshot(signal, (session) => session.all(one))).toEqual([{ one: 1n }]);
    expect(states).toEqual([]);
    expect(guarded.stats()).toMatchObject({ breaker: 'closed', openings: 0, refused: 0 });
  });

  it('reads and writes do not take each other’s places', async () => {
    const guarded = protectDatabase(database, { reads: { runningMax: 1, waitingMax: 0 }, writes: limits });
    const held = Promise.withResolvers<void>();
    const read = guarded.snapshot(signal, () => held.promise);
    await expect(guarded.snapshot(signal, async () => 1)).rejects.toMatchObject({ reason: 'OVERLOADED' });
    expect((await guarded.transaction(signal, async () => 2)).value).toBe(2);
    await guarded.ping(signal);
    held.resolve();
    await read;
  });
});

describe.each(databases.filter(({ name }) => name === 'mysql'))('a MySQL that fails', ({ target }) => {
  const opened: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of opened) await close();
  });

  const guardedThroughProxy = async () => {
    const url = target.engine === 'mysql' ? target.url : '';
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });
    const states: BreakerState[] = [];
    const database = protectDatabase(openDatabase({ engine: 'mysql', url: proxy.urlThrough(url) }), {
      reads: limits,
      writes: limits,
      onStateChange: (state) => states.push(state),
    });
    opened.push(
      () => proxy.set({ kind: 'none' }),
      () => database.close(),
      () => proxy.close(),
    );
    return { proxy, states, database };
  };

  let subject: Awaited<ReturnType<typeof guardedThroughProxy>>;
  beforeEach(async () => {
    subject = await guardedThroughProxy();
    await subject.database.ping(signal);
  });

  /** Reads until a deadline, as a caller would. */
  const read = async (deadlineMs: number): Promise<string> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DomainError('DEADLINE_EXCEEDED', 'late')), deadlineMs);
    try {
      await subject.database.snapshot(late.signal, (session) => session.all(one));
      return 'answered';
    } catch (error) {
      return error instanceof DomainError ? error.reason : String(error);
    } finally {
      clearTimeout(timer);
    }
  };

  const faults: readonly Fault[] = [
    { kind: 'refuse' },
    { kind: 'reset' },
    { kind: 'cut', afterBytes: 5 },
    { kind: 'blackhole' },
    { kind: 'half-open' },
  ];
  it.each(faults)(
    '$kind opens the breaker after at most five failures, and it closes when that is over',
    async (fault) => {
      await subject.proxy.set(fault);
      // At once, so that a silent database costs one deadline and not five.
      const outcomes = await Promise.all(Array.from({ length: failuresMax }, () => read(1_200)));
      expect(outcomes.every((end) => end === 'DATABASE_UNAVAILABLE' || end === 'DEADLINE_EXCEEDED')).toBe(true);
      expect(subject.database.stats().breaker).not.toBe('closed');

      // Open: nobody waits for the database, not even while a probe does.
      const refusedBefore = subject.database.stats().refused;
      const startedAt = performance.now();
      for (let i = 0; i < 100; i += 1) expect(await read(1_200)).toBe('DATABASE_UNAVAILABLE');
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      expect(subject.database.stats().refused - refusedBefore).toBe(100);

      await subject.proxy.set({ kind: 'none' });
      await expect.poll(() => read(1_200), { timeout: 20_000, interval: 50 }).toBe('answered');
      expect(subject.states.slice(0, 2)).toEqual(['open', 'half-open']);
      expect(subject.states.at(-1)).toBe('closed');
    },
    60_000,
  );

  it('one slow statement does not open it, and a short deadline neither', async () => {
    for (let i = 0; i < 2 * failuresMax; i += 1) {
      const late = AbortSignal.timeout(1);
      await subject.database.snapshot(late, (session) => session.all(sql`SELECT SLEEP(0.05)`)).catch(() => undefined);
    }
    const slow = AbortSignal.timeout(1_100);
    const sleeping = subject.database.snapshot(slow, (session) => session.all(sql`SELECT SLEEP(5)`));
    await expect(sleeping).rejects.toMatchObject({ reason: 'CANCELLED' });
    expect(subject.states).toEqual([]);
  });
});
