import { withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpointFile } from './checkpoints/checkpoint-witness.ts';
import { openCheckpointer, type Checkpointer } from './checkpoints/checkpointer.ts';
import { newSeed, signingKey } from './checkpoints/signing-key.ts';
import { entryHash, genesis } from './chain/audit-entry.ts';
import { appendEntries } from './log/append-entries.ts';
import { readEntries } from './log/read-entries.ts';
import { createSeals } from './seals/seals.ts';
import { factsOf, never, testAppend } from './testing.ts';
import { verifyLog } from './verify/verify-log.ts';

const databases = await withTestDatabases(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'finance-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = 40;
const { seals } = testAppend;
const key = signingKey(Buffer.from(newSeed(), 'base64'));

describe.each(databases)('tampering on $name', ({ name, database }) => {
  const file = join(folder, `${name}.checkpoints`);
  const run = (...statements: readonly SQL[]) =>
    database.transaction(never, async (session) => {
      for (const statement of statements) await session.run(statement);
    });
  const append = (from: number, to: number) =>
    database.transaction(never, (session) =>
      appendEntries(
        session,
        Array.from({ length: to - from + 1 }, (_, index) => factsOf(from + index)),
        { ...testAppend, nowMicros: 1_700_000_000_000_000 + from },
      ),
    );
  const checkpointed = async () => {
    const checkpointer = openCheckpointer({ database, file, key, seals });
    await checkpointer.sign(never).finally(() => checkpointer.close());
  };
  const witness = () => readCheckpointFile(file, [key.publicKey]);
  const firstBad = async (witnesses = [witness().witness]) =>
    (await verifyLog(database, { witnesses }, never)).firstBad;
  /** Gives the entries from one on the hashes that a forger would compute. */
  const rehash = async (from: bigint) => {
    const entries = await database.snapshot(never, (session) => readEntries(session, 0n, 1_000));
    let previousHash = genesis.entryHash;
    for (const entry of entries) {
      if (entry.sequence >= from) {
        const hash = entryHash(previousHash, entry);
        await run(sql`UPDATE audit_log SET entry_hash = ${hash} WHERE sequence = ${entry.sequence}`);
        previousHash = hash;
      } else previousHash = entry.entryHash;
    }
    const last = entries.at(-1)!.sequence;
    await run(sql`UPDATE audit_state SET sequence = ${last}, entry_hash = ${previousHash} WHERE id = 1`);
  };

  beforeEach(async () => {
    await run(
      sql`DELETE FROM audit_log`,
      sql`UPDATE audit_state SET sequence = 0, entry_hash = ${genesis.entryHash} WHERE id = 1`,
    );
    rmSync(file, { force: true });
    await append(1, 25);
    await checkpointed();
    await append(26, count);
    await checkpointed();
  });

  it('an untouched log is good, with and without checkpoints', async () => {
    expect(await verifyLog(database, { witnesses: [witness().witness], seals }, never)).toEqual({
      alarms: [],
      changesWithoutEntry: 0,
      lastSequence: 40n,
      firstBad: undefined,
      pendingChanges: 0,
    });
    expect(await firstBad([])).toBeUndefined();
    expect(witness()).toMatchObject({ checkpointCount: 2, problems: [] });
  });

  it.each([
    ['recorded_at', sql.raw(name === 'mysql' ? 'recorded_at + INTERVAL 1 MICROSECOND' : 'recorded_at + 1')],
    ['kind', sql`'write'`],
    ['caller', sql`'somebody'`],
    ['caller_address', sql`''`],
    ['request_id', sql`'request-99'`],
    ['rpc', sql`'finance.funds.v1.FundsService/GetFund'`],
    ['viewer_user_id', sql`NULL`],
    ['arguments_hash', sql`${'b'.repeat(64)}`],
    ['outcome', sql`'FUND_ACCESS_DENIED'`],
    ['result_count', sql`21`],
    ['total_size', sql`0`],
    ['strategy', sql`''`],
    ['position', sql`'sqlite:0'`],
    ['note', sql`'other-1'`],
    ['entry_hash', sql`${'c'.repeat(64)}`],
  ] as const)('a flip in %s is found at its entry', async (column, value) => {
    for (const sequence of [1n, 17n, 40n]) {
      await run(sql`UPDATE audit_log SET ${sql.raw(column)} = ${value} WHERE sequence = ${sequence}`);
      expect(await firstBad()).toMatchObject({ sequence });
      expect(await firstBad([])).toMatchObject({ sequence });
      await run(sql`DELETE FROM audit_log`);
      await run(sql`UPDATE audit_state SET sequence = 0, entry_hash = ${genesis.entryHash} WHERE id = 1`);
      await append(1, 25);
      await append(26, count);
    }
  });

  it.each([1n, 17n, 39n])('a deleted entry %d is found as missing', async (sequence) => {
    await run(sql`DELETE FROM audit_log WHERE sequence = ${sequence}`);
    expect(await firstBad([])).toEqual({ sequence, problem: expect.stringContaining('is missing') });
  });

  it('a deleted entry whose followers moved up is found where it was', async () => {
    await run(
      sql`DELETE FROM audit_log WHERE sequence = 17`,
      ...Array.from(
        { length: 23 },
        (_, i) => sql`UPDATE audit_log SET sequence = ${17 + i} WHERE sequence = ${18 + i}`,
      ),
    );
    expect(await firstBad([])).toMatchObject({ sequence: 17n });
  });

  it('two swapped entries are found at the first of them', async () => {
    await run(
      sql`UPDATE audit_log SET sequence = 1000 WHERE sequence = 12`,
      sql`UPDATE audit_log SET sequence = 12 WHERE sequence = 30`,
      sql`UPDATE audit_log SET sequence = 30 WHERE sequence = 1000`,
    );
    expect(await firstBad([])).toMatchObject({ sequence: 12n });
  });

  it('a cut tail is found by the head, and by a checkpoint where the head was cut, too', async () => {
    await run(sql`DELETE FROM audit_log WHERE sequence > 30`);
    expect(await firstBad([])).toEqual({ sequence: 31n, problem: expect.stringContaining('the tail was cut') });
    await rehash(1n);
    expect(await firstBad([])).toBeUndefined();
    expect(await firstBad()).toEqual({ sequence: 31n, problem: expect.stringContaining('vouches for entry 40') });
    // New entries in the place of the old ones do not hide it.
    await append(31, 50);
    expect(await firstBad()).toMatchObject({ sequence: 31n });
  });

  it('an emptied log is found', async () => {
    await run(sql`DELETE FROM audit_log`);
    expect(await firstBad([])).toMatchObject({ sequence: 1n });
    await run(sql`UPDATE audit_state SET sequence = 0, entry_hash = ${genesis.entryHash} WHERE id = 1`);
    expect(await firstBad()).toMatchObject({ sequence: 1n });
  });

  it.each([1n, 20n, 25n, 26n, 40n])('a rewrite of everything from entry %d on is found there', async (sequence) => {
    await run(sql`UPDATE audit_log SET caller = 'innocent' WHERE sequence = ${sequence}`);
    await rehash(sequence);
    expect(await firstBad([])).toBeUndefined();
    expect(await firstBad()).toEqual({ sequence, problem: expect.stringContaining('rewritten') });
  });

  it('an altered entry with a new hash of its own is named by the checkpoint, not its follower', async () => {
    const [entry] = await database.snapshot(never, (session) => readEntries(session, 16n, 1));
    const [before] = await database.snapshot(never, (session) => readEntries(session, 15n, 1));
    const forged = { ...entry!, caller: 'innocent' };
    const hash = entryHash(before!.entryHash, forged);
    await run(sql`UPDATE audit_log SET caller = 'innocent', entry_hash = ${hash} WHERE sequence = 17`);
    expect(await firstBad()).toMatchObject({ sequence: 17n });
    expect(await firstBad([])).toMatchObject({ sequence: 18n, problem: expect.stringContaining('or entry 17 was') });
  });

  it('entries before the first and behind the head are found', async () => {
    await run(sql`UPDATE audit_log SET sequence = -3 WHERE sequence = 40`);
    expect(await firstBad([])).toMatchObject({ sequence: -3n });
    await run(sql`UPDATE audit_log SET sequence = 40 WHERE sequence = -3`);
    await run(sql`UPDATE audit_state SET sequence = 38 WHERE id = 1`);
    expect(await firstBad([])).toMatchObject({ sequence: 39n });
  });

  it.each([1n, 20n, 40n])(
    'a rewrite from entry %d on is found by the seals, without any checkpoint',
    async (sequence) => {
      await run(sql`UPDATE audit_log SET caller = 'innocent' WHERE sequence = ${sequence}`);
      await rehash(sequence);
      expect((await verifyLog(database, {}, never)).firstBad).toBeUndefined();
      expect((await verifyLog(database, { seals }, never)).firstBad).toEqual({
        sequence,
        problem: expect.stringContaining('has no seal of the services'),
      });
    },
  );

  it('an entry that somebody added with a right hash is named, and neither it nor what follows is signed', async () => {
    const forger = createSeals([Buffer.alloc(32, 8)]);
    await database.transaction(never, (session) =>
      appendEntries(session, [factsOf(41)], { ...testAppend, seals: forger, nowMicros: 1_700_000_000_000_041 }),
    );
    await append(42, 45);
    expect((await verifyLog(database, { seals }, never)).firstBad).toMatchObject({ sequence: 41n });
    await expect(checkpointed()).rejects.toThrow('entry 41 has no seal of the services');
    expect(witness().witness.lastSequence).toBe(40n);
  });

  it('the next checkpoint refuses to sign what was altered since, and what was cut', async () => {
    await append(41, 45);
    await run(sql`UPDATE audit_log SET caller = 'innocent' WHERE sequence = 43`);
    await expect(checkpointed()).rejects.toThrow('entry 43');
    await run(sql`DELETE FROM audit_log WHERE sequence >= 40`);
    await expect(checkpointed()).rejects.toThrow('entry 40 is not the one that was signed');
    expect(witness().witness.lastSequence).toBe(40n);
  });

  describe('of the checkpoint file', () => {
    const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n');
    const problems = () => witness().problems;

    it.each([
      ['an altered signature', (text: string) => text.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')), 'wrong signature'],
      ['an altered number', (text: string) => text.replace('"to":"25"', '"to":"24"'), 'wrong signature'],
      ['a removed line', (text: string) => text.slice(text.indexOf('\n') + 1), 'does not follow the line before'],
      ['an unreadable line', (text: string) => text.replace(' {', ' ['), 'does not follow the line before'],
      ['swapped lines', (text: string) => text.trimEnd().split('\n').reverse().join('\n'), 'does not follow'],
      ['nothing left', () => '', 'holds no checkpoint'],
    ])('%s is found', (_, alter, problem) => {
      writeFileSync(file, alter(readFileSync(file, 'utf8')));
      expect(problems()).toContainEqual(expect.stringContaining(problem));
    });

    it('another key vouches for nothing', async () => {
      const other = signingKey(Buffer.from(newSeed(), 'base64')).publicKey;
      const { checkpointCount, problems } = readCheckpointFile(file, [other]);
      expect(checkpointCount).toBe(0);
      expect(problems).toContainEqual(expect.stringContaining('whose public key was not given'));
      const elsewhere = signingKey(Buffer.from(newSeed(), 'base64'));
      expect(() => openCheckpointer({ database, file, key: elsewhere, seals })).toThrow('the last line');
    });

    it('a line torn by a crash is passed over, and signing goes on behind it', async () => {
      writeFileSync(file, `${lines().join('\n')}\n${lines()[1]!.slice(0, 100)}`);
      await append(41, 50);
      await checkpointed();
      expect(witness()).toMatchObject({ checkpointCount: 3, problems: [] });
      expect(witness().witness.lastSequence).toBe(50n);
      expect(await firstBad()).toBeUndefined();
    });

    it('two processes cannot share one', async () => {
      const [one, other] = [1, 2].map(() => openCheckpointer({ database, file, key, seals })) as [
        Checkpointer,
        Checkpointer,
      ];
      try {
        await append(41, 42);
        await one.sign(never);
        await expect(other.sign(never)).rejects.toThrow('written by another process');
      } finally {
        one.close();
        other.close();
      }
    });
  });
});
