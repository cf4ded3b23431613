import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { DomainError, type CallRecorder } from '@finance/domain';
import type { Database } from '@finance/schema';
import { nothingAnswered, type AuditFacts } from '../chain/audit-entry.ts';
import { AuditLogBroken, openCheckpointer, type Checkpointer } from '../checkpoints/checkpointer.ts';
import { signingKey } from '../checkpoints/signing-key.ts';
import type { Seals } from '../seals/seals.ts';
import { instanceFacts } from '../log/append-entries.ts';
import { checkSealKey } from '../log/claim-seal-key.ts';
import { countPending } from '../log/pending-changes.ts';
import { auditedDatabase, type CurrentCall } from './audited-database.ts';
import { EntryQueue, queueDefaults, type QueueLimits, type QueueStats } from './entry-queue.ts';
import { OwnChanges } from './own-changes.ts';
import { createRefusalBound } from './refusal-bound.ts';
import { sealingDatabase } from './sealing-database.ts';

/**
 * What happens to calls that change nothing. `async`: recorded in batches, with the losses of {@link QueueLimits};
 * `sync`: recorded before they are answered, or refused; `off`: not recorded. Changes are always recorded.
 */
export type AuditReads = 'off' | 'async' | 'sync';

/** Where signed checkpoints go. */
export interface CheckpointTarget {
  readonly file: string;
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

/** For metrics. */
export interface AuditStats extends QueueStats {
  /** Whether the last look at the log found it as it was written; true without checkpoints. */
  readonly isIntact: boolean;
  /** Calls turned away that have no entry of their own. */
  readonly refusalsCounted: number;
}

/** Keeps one process's calls and changes on record. */
export interface AuditTrail {
  /** The database for everything that calls may change. */
  readonly database: Database;
  readonly calls: CallRecorder;
  readonly stats: () => AuditStats;
  /** Puts the process's start on record and begins to sign checkpoints. @throws DomainError, Error for the file */
  start(): Promise<void>;
  /** Writes what waits, puts the end on record and signs a last checkpoint; gives up after 2 s. */
  close(): Promise<void>;
}

export interface AuditTrailOptions {
  readonly database: Database;
  /** The process's name, for its start and stop. */
  readonly service: string;
  readonly reads: AuditReads;
  /** Prove that the services wrote the log; the same in every process on the database. */
  readonly seals: Seals;
  readonly checkpoints?: CheckpointTarget | undefined;
  readonly queue?: QueueLimits;
  /** How often the log is signed, and looked through for changes of processes that died; 1 s. */
  readonly lookIntervalMs?: number;
  /** Told of every failed checkpoint and the first failed flush in a row; such entries are tried again. */
  readonly onProblem: (error: unknown) => void;
  /** Microseconds since 1970 UTC. */
  readonly nowMicros?: () => number;
}

const startTimeoutMs = 5_000;
/** A process that is told to stop has little time: for what waits, and with its own end after it. */
const drainTimeoutMs = 1_500;
const closeTimeoutMs = 2_000;
const lookTimeoutMs = 60_000;
/** What a thief of the database could cut off together with its head, unnoticed. */
const lookIntervalDefaultMs = 1_000;

export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { database, reads, seals, checkpoints, onProblem } = options;
  const nowMicros = options.nowMicros ?? (() => Date.now() * 1000);
  const instance = { caller: options.service, requestId: randomBytes(8).toString('hex') };
  const current = new AsyncLocalStorage<CurrentCall>();
  const giveUp = new AbortController();
  const changes = new OwnChanges(instance.requestId);
  const written = sealingDatabase(database, seals);
  const queue = new EntryQueue({
    database: written,
    seals,
    changes,
    limits: options.queue ?? queueDefaults,
    instance,
    nowMicros,
    onProblem,
    giveUp: giveUp.signal,
  });

  const record = (entry: AuditFacts): Promise<void> | undefined => {
    if (reads === 'sync') return queue.put(entry);
    if (reads === 'async') queue.add(entry);
    return undefined;
  };
  let refusalsCounted = 0;
  const refusals = createRefusalBound(({ caller, reason, count }) => {
    refusalsCounted += count;
    const facts = instanceFacts('lost', { ...instance, caller });
    queue.add({ ...facts, outcome: reason, resultCount: BigInt(count) });
  });

  let checkpointer: Checkpointer | undefined;
  let isIntact = true;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const sign = async (signal: AbortSignal): Promise<void> => {
    try {
      await checkpointer?.sign(signal);
      isIntact = true;
    } catch (error) {
      isIntact = isIntact && !(error instanceof AuditLogBroken);
      onProblem(error);
    }
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    try {
      const pending = await database.snapshot(signal, countPending, { kind: 'any' });
      // Nothing is written behind the end.
      if (pending > 0 && timer !== undefined) queue.noteChange();
    } catch (error) {
      onProblem(error);
    }
    await sign(signal);
  };
  const lookSoon = (): void => {
    timer = setTimeout(() => {
      looking = look(AbortSignal.any([giveUp.signal, AbortSignal.timeout(lookTimeoutMs)])).then(() => {
        looking = undefined;
        if (timer !== undefined) lookSoon();
      });
    }, options.lookIntervalMs ?? lookIntervalDefaultMs);
  };
  return {
    database: auditedDatabase(written, {
      calls: current,
      changes,
      seals,
      nowMicros,
      onWrite: () => queue.noteChange(),
    }),
    calls: {
      begin: (facts) => {
        const call: CurrentCall = { facts, hasWritten: false };
        return {
          within: (step) => current.run(call, step),
          began: async (result) => {
            if (reads !== 'off') await record({ kind: 'begin', ...facts, ...result });
          },
          end: async (result) => {
            // For want of room nothing was decided: metrics tell, as they do of what is refused before its handler.
            if (call.hasWritten || reads === 'off' || result.outcome === 'OVERLOADED') return;
            await record({ kind: 'call', ...facts, ...result });
          },
        };
      },
      refuse: (facts, outcome) => {
        if (reads === 'off' || !refusals.take(facts.caller, outcome)) return undefined;
        return record({ kind: 'call', ...facts, ...nothingAnswered, outcome });
      },
    },
    stats: () => ({ ...queue.stats, isIntact, refusalsCounted }),
    start: async () => {
      if (checkpoints !== undefined) {
        const { file, seed } = checkpoints;
        checkpointer = openCheckpointer({ database, file, key: signingKey(seed), seals });
      }
      const signal = AbortSignal.timeout(startTimeoutMs);
      await queue.write(instanceFacts('start', instance), signal).catch(async (error: unknown) => {
        if (!(error instanceof DomainError) || error.reason !== 'DATABASE_READ_ONLY') throw error;
        await database.snapshot(signal, (session) => checkSealKey(session, seals), { kind: 'any' });
        // Reads are served without it; it is on record as soon as anything can be.
        queue.add(instanceFacts('start', instance));
      });
      lookSoon();
    },
    close: async () => {
      clearTimeout(timer);
      timer = undefined;
      refusals.end();
      // A database that keeps silent would hold what is under way for its own, longer time.
      const late = setTimeout(() => giveUp.abort(), closeTimeoutMs);
      await queue.drain(AbortSignal.any([giveUp.signal, AbortSignal.timeout(drainTimeoutMs)]));
      await queue.end(instanceFacts('stop', instance), giveUp.signal).catch(onProblem);
      await looking;
      await sign(giveUp.signal);
      clearTimeout(late);
      checkpointer?.close();
    },
  };
}
