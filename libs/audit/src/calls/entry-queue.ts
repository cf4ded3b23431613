import { DomainError } from '@finance/domain';
import type { Database } from '@finance/schema';
import { nothingAnswered, type AuditFacts } from '../chain/audit-entry.ts';
import { appendEntries } from '../log/append-entries.ts';

/** Bounds of an {@link EntryQueue}: together they are what can be lost. */
export interface QueueLimits {
  /** Entries that may wait; those beyond are counted as lost. */
  readonly queuedMax: number;
  /** How long an entry waits for others to share its transaction, in milliseconds. */
  readonly flushIntervalMs: number;
}

/** Some 5 MB, and at 10,000 calls a second a database that is away for a second. */
export const queueDefaults: QueueLimits = { queuedMax: 10_000, flushIntervalMs: 100 };

/** Some 10 ms of a transaction, which other processes wait for. */
const batchMax = 500;
/** A batch takes milliseconds; what takes longer is tried again. */
const flushTimeoutMs = 10_000;

interface Waiting {
  readonly facts: AuditFacts;
  readonly settle: ((error?: unknown) => void) | undefined;
}

/** Counts since the start. */
export interface QueueStats {
  readonly queued: number;
  readonly recorded: number;
  /** Entries that found the queue full; the chain tells of them, too, once it can be written. */
  readonly lost: number;
  readonly failedFlushes: number;
  /** Number of the log's last entry when this process last wrote to it; 0 before. */
  readonly lastSequence: number;
}

/**
 * Puts entries of calls, and the changes that wait for their place, into the log, many in one transaction. What it cannot
 * keep it counts and puts on record.
 */
export class EntryQueue {
  readonly #database: Database;
  readonly #limits: QueueLimits;
  readonly #lostFacts: AuditFacts;
  readonly #nowMicros: () => number;
  readonly #onProblem: (error: unknown) => void;
  readonly #giveUp: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #lostUnrecorded = 0;
  #changesWait = false;
  /** Whether the last flush failed. */
  #isFailing = false;
  #stats = { recorded: 0, lost: 0, failedFlushes: 0, lastSequence: 0 };

  constructor(options: {
    readonly database: Database;
    readonly limits: QueueLimits;
    /** Who tells of lost entries. */
    readonly instance: { readonly caller: string; readonly requestId: string };
    readonly nowMicros: () => number;
    /** Told of the first failed flush in a row; the counts tell of the others. */
    readonly onProblem: (error: unknown) => void;
    /** Aborts what is being written, and {@link drain}. */
    readonly giveUp: AbortSignal;
  }) {
    this.#database = options.database;
    this.#limits = options.limits;
    this.#lostFacts = instanceFacts('lost', options.instance);
    this.#nowMicros = options.nowMicros;
    this.#onProblem = options.onProblem;
    this.#giveUp = options.giveUp;
  }

  get stats(): QueueStats {
    return { queued: this.#waiting.length, ...this.#stats };
  }

  /** Leaves an entry to the next batch; a full queue loses it, counted. */
  add(facts: AuditFacts): void {
    if (this.#isFull()) {
      this.#lostUnrecorded += 1;
      this.#stats.lost += 1;
      return;
    }
    this.#waiting.push({ facts, settle: undefined });
    // A log that cannot be written is tried at intervals, not by each call.
    if (this.#waiting.length >= batchMax && !this.#isFailing) void this.#flush();
    else this.#flushSoon();
  }

  /** Gives the changes that were committed until now their place soon. */
  noteChange(): void {
    this.#changesWait = true;
    this.#flushSoon();
  }

  /** Resolves when the entry is in the log; shares a transaction with those that wait, too. @throws DomainError */
  put(facts: AuditFacts): Promise<void> {
    if (this.#isFull()) {
      const problem = 'too many calls wait for the audit log; retry a little later';
      return Promise.reject(new DomainError('OVERLOADED', problem));
    }
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error));
      this.#waiting.push({ facts, settle });
      void this.#flush();
    });
  }

  /** Writes everything that waits, trying until it is written or given up. */
  async drain(): Promise<void> {
    while (this.#hasWork() && !this.#giveUp.aborted) {
      const { failedFlushes } = this.#stats;
      await this.#flush();
      if (this.#stats.failedFlushes > failedFlushes) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    clearTimeout(this.#timer);
  }

  #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#lostUnrecorded > 0 || this.#changesWait;
  }

  #flushSoon(delayMs: number = this.#limits.flushIntervalMs): void {
    this.#timer ??= setTimeout(() => void this.#flush(), delayMs);
  }

  #isFull(): boolean {
    return this.#waiting.length >= this.#limits.queuedMax;
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flushOnce().then((succeeded) => {
      this.#flushing = undefined;
      if (!this.#hasWork()) return;
      const isUrgent = this.#waiting.length >= batchMax || this.#waiting.some(({ settle }) => settle !== undefined);
      this.#flushSoon(succeeded && isUrgent ? 0 : undefined);
    });
    return this.#flushing;
  }

  /** Whether the batch is in the log. */
  async #flushOnce(): Promise<boolean> {
    const batch = this.#waiting.slice(0, batchMax);
    const lost = this.#lostUnrecorded;
    const facts = batch.map((each) => each.facts);
    if (lost > 0) facts.unshift({ ...this.#lostFacts, resultCount: BigInt(lost) });
    this.#changesWait = false;
    try {
      const signal = AbortSignal.any([this.#giveUp, AbortSignal.timeout(flushTimeoutMs)]);
      const { value } = await this.#database.transaction(signal, (session) =>
        appendEntries(session, facts, this.#nowMicros()),
      );
      this.#changesWait ||= value.moreWait;
      this.#stats.recorded += value.changes;
      this.#stats.lastSequence = Number(value.sequence);
    } catch (error) {
      this.#changesWait = true;
      this.#stats.failedFlushes += 1;
      if (!this.#isFailing) this.#onProblem(error);
      this.#isFailing = true;
      // Those that wait for their entry are told; the others are tried again.
      const again = batch.filter(({ settle }) => settle === undefined);
      this.#waiting.splice(0, batch.length, ...again);
      for (const { settle } of batch) settle?.(error);
      return false;
    }
    this.#isFailing = false;
    this.#waiting.splice(0, batch.length);
    this.#lostUnrecorded -= lost;
    this.#stats.recorded += batch.length;
    for (const { settle } of batch) settle?.();
    return true;
  }
}

/** What an instance tells about itself. */
export function instanceFacts(
  kind: 'lost' | 'start' | 'stop',
  { caller, requestId }: { readonly caller: string; readonly requestId: string },
): AuditFacts {
  const nobody = { callerAddress: '', rpc: '', viewerUserId: null, argumentsHash: '', outcome: 'OK' };
  return { kind, caller, requestId, ...nobody, ...nothingAnswered };
}
