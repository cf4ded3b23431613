import {
  appendEntries,
  countPending,
  createAuditTrail,
  createSeals,
  readHead,
  verifyLog,
  type AuditFacts,
} from '@finance/audit';
import type { Database } from '@finance/schema';
import { getFunds } from '@finance/store';
import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { openFilled } from '../database/open-filled.ts';
import type { AuditResults, AuditWriteCell } from './audit-results.ts';
import { measureWrites } from './measure-writes.ts';

/** The options of `audit`, as parsed. */
export interface AuditFlags extends DatabaseFlags {
  readonly writers: readonly number[];
  readonly writes: number;
  readonly entries: number;
}

/** Writes of single funds do not depend on how many there are. */
export const auditRecordsDefault = 20_000;

const fillBatch = 500;

/** The entries of every run on one database are verified together. */
const seals = createSeals([Buffer.alloc(32, 1)]);
const instance = { caller: 'bench', requestId: 'bench' };

/** Measures what the audit costs writes, and how fast the log is verified. A broken log or a missing entry is a problem. */
export function audit(flags: AuditFlags, options: RunOptions): Promise<BenchOutcome<'audit'>> {
  return runBench('audit', { writes: [], verification: null }, options, async (run) => {
    const { generated, target } = await benchTarget(flags, auditRecordsDefault, run.progress);
    const { database, facts } = await openFilled(target, generated);
    try {
      run.say(databaseText(facts));
      const trail = createAuditTrail({
        database,
        service: 'bench',
        reads: 'off',
        seals,
        onProblem: (error) => run.say(String(error)),
      });
      const like = await database.snapshot(run.signal, async (session) => (await getFunds(session, [1n])).get(1n));
      if (like === undefined) throw new BenchError('there is no fund 1 to write copies of');
      const writes: AuditWriteCell[] = [];
      for (const writers of flags.writers) {
        run.say(`${count(flags.writes)} writes by ${writers} at once, with and without audit`);
        const before = await entryCount(database, run.signal);
        const cells = await measureWrites(database, trail, like, writers, flags.writes, run.signal);
        const audited = cells.find((cell) => cell.audited)!.latency.calls;
        const added = (await entryCount(database, run.signal)) - before;
        if (added !== BigInt(audited)) run.problem(`${audited} audited writes made ${added} entries`);
        writes.push(...cells);
        run.update({ writes, verification: null }, facts);
      }
      await trail.close();
      await fill(database, flags.entries, run.signal);
      run.say('verifying the log');
      run.update({ writes, verification: await measureVerification(database, run.signal, run.problem) }, facts);
    } finally {
      await database.close();
    }
  });
}

async function measureVerification(
  database: Database,
  signal: AbortSignal,
  problem: (line: string) => void,
): Promise<AuditResults['verification']> {
  const begun = performance.now();
  const { firstBad, lastSequence } = await verifyLog(database, { seals }, signal);
  const seconds = (performance.now() - begun) / 1000;
  if (firstBad === undefined) return { entries: Number(lastSequence), seconds };
  problem(firstBad.problem);
  return null;
}

/** Entries, and changes that have no place among them yet. */
async function entryCount(database: Database, signal: AbortSignal): Promise<bigint> {
  return database.snapshot(
    signal,
    async (session) => (await readHead(session)).sequence + BigInt(await countPending(session)),
  );
}

/** Brings the log to at least `entries`. */
async function fill(database: Database, entries: number, signal: AbortSignal): Promise<void> {
  const missing = entries - Number(await entryCount(database, signal));
  for (let done = 0; done < missing; done += fillBatch) {
    const facts = Array.from({ length: fillBatch }, (_, index) => sampleCall(done + index));
    await database.transaction(signal, (session) =>
      appendEntries(session, facts, { seals, instance, nowMicros: Date.now() * 1000 }),
    );
  }
}

/** A ListFunds call as the services record it. */
const sampleCall = (request: number): AuditFacts => ({
  kind: 'call',
  caller: `service-${request % 20}`,
  callerAddress: '10.0.0.7:41234',
  requestId: `request-${request}`,
  rpc: 'finance.funds.v1.FundsService/ListFunds',
  viewerUserId: BigInt(request % 10_000),
  argumentsHash: request.toString(16).padStart(64, '0'),
  outcome: 'OK',
  resultCount: 20n,
  totalSize: BigInt(request),
  strategy: 'adaptive-sql',
  position: `mysql:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-${request}`,
});
