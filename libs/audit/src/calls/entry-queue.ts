import { DomainError } from '@finance/domain';
import type { Database } from '@finance/schema';
import type { AuditFacts, ChainHead } from '../chain/audit-entry.ts';
import { appendEntries, changesMaxDefault, instanceFacts, type AppendOptions } from '../log/append-entries.ts';
import type { Seals } from '../seals/seals.ts';
import type { OwnChanges } from './own-changes.ts';

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
  /** Entries that are on record as a number only: the queue was full, they could not be written in time, or at the end. */
  readonly lost: number;
  /** Entries that could not be stored as they were, and say so. */
  readonly refused: number;
  /** Rows of the log's tables that were not as the services had left them. */
  readonly alarms: number;
  readonly failedFlushes: number;
  /** Number of the log's last entry when this process last wrote to it; 0 before. */
  readonly lastSequence: number;
}

/**
 * Puts entries of calls, and the changes that wait for their place, into the log, many in one transaction. What it cannot
 * keep it counts and puts on record; an entry that the database refuses holds up no other.
 */
export class EntryQueue {
  readonly #database: Database;
  readonly #limits: QueueLimits;
  readonly #seals: Seals;
  readonly #changes: OwnChanges;
  readonly #instance: AppendOptions['instance'];
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
  #lastHead: ChainHead | undefined;
  #stats = { recorded: 0, lost: 0, refused: 0, alarms: 0, failedFlushes: 0 };

  constructor(options: {
    readonly database: Database;
    readonly limits: QueueLimits;
    readonly seals: Seals;
    readonly changes: OwnChanges;
    /** Who tells of lost entries. */
    readonly instance: AppendOptions['instance'];
    readonly nowMicros: () => number;
    /** Told of the first failed flush in a row, and of everything that somebody else did to the log. */
    readonly onProblem: (error: unknown) => void;
    /** Aborts what is being written, and {@link drain}. */
    readonly giveUp: AbortSignal;
  }) {
    this.#database = options.database;
    this.#limits = options.limits;
    this.#seals = options.seals;
    this.#changes = options.changes;
    this.#instance = options.instance;
    this.#nowMicros = options.nowMicros;
    this.#onProblem = options.onProblem;
    this.#giveUp = options.giveUp;
  }

  get stats(): QueueStats {
    return { queued: this.#waiting.length, lastSequence: Number(this.#lastHead?.sequence ?? 0n), ...this.#stats };
  }

  /** Leaves an entry to the next batch; a full queue loses it, counted. */
  add(facts: AuditFacts): void {
    if (this.#isFull()) {
      this.#lose(1);
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

  /**
   * Resolves when the entry is in the log; shares a transaction with those that wait, too. One that cannot be written is
   * counted as lost. @throws DomainError
   */
  put(facts: AuditFacts): Promise<void> {
    if (this.#isFull()) {
      this.#lose(1);
      const problem = 'too many calls wait for the audit log; retry a little later';
      return Promise.reject(new DomainError('OVERLOADED', problem));
    }
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error));
      this.#waiting.push({ facts, settle });
      void this.#flush();
    });
  }

  /** Writes everything that waits, trying until it is written or `signal` gives up. */
  async drain(signal: AbortSignal): Promise<void> {
    while (this.#hasWork() && !signal.aborted) {
      const { failedFlushes } = this.#stats;
      await this.#flush();
      if (this.#stats.failedFlushes > failedFlushes) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Writes this entry by itself, without waiting for others. @throws DomainError, Error */
  async write(facts: AuditFacts, signal: AbortSignal): Promise<void> {
    await this.#flushing;
    const lost = this.#lostUnrecorded;
    await this.#append([...this.#lostFacts(lost), facts], {}, signal);
    this.#lostUnrecorded -= lost;
  }

  /**
   * Ends with this entry; what still waits is lost, and counted in front of it.
   * @throws Error when it cannot be written; then only the thrown text tells how many were lost
   */
  async end(facts: AuditFacts, signal: AbortSignal): Promise<void> {
    await this.#flushing;
    clearTimeout(this.#timer);
    this.#lose(this.#waiting.splice(0).length);
    await this.write(facts, signal).catch((cause: unknown) => {
      const lost = this.#lostUnrecorded;
      throw lost === 0
        ? cause
        : new Error(`${lost} entries of the audit log are lost, and not counted in it`, { cause });
    });
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

  #lose(count: number): void {
    this.#lostUnrecorded += count;
    this.#stats.lost += count;
  }

  #lostFacts(count: number): AuditFacts[] {
    return count === 0 ? [] : [{ ...instanceFacts('lost', this.#instance), resultCount: BigInt(count) }];
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
    let batch: readonly Waiting[] = this.#waiting.slice(0, batchMax);
    this.#changesWait = false;
    try {
      await this.#appendAll(batch).catch(async (error: unknown) => {
        if (!isOfTheEntries(error)) throw error;
        // Which one it is shows only when each is written by itself.
        await this.#appendChangesEach();
        await this.#appendAll([], 0);
        for (; batch.length > 0; batch = batch.slice(1)) await this.#appendAll(batch.slice(0, 1), 0);
      });
    } catch (error) {
      this.#changesWait = true;
      this.#stats.failedFlushes += 1;
      if (!this.#isFailing) this.#onProblem(error);
      this.#isFailing = true;
      // Those that wait for their entry are told; the others are tried again.
      const again = batch.filter(({ settle }) => settle === undefined);
      this.#waiting.splice(0, batch.length, ...again);
      this.#lose(batch.length - again.length);
      for (const { settle } of batch) settle?.(error);
      return false;
    }
    this.#isFailing = false;
    return true;
  }

  /** Writes the first of those that wait, with the number of those that are lost; one alone is replaced when refused. */
  async #appendAll(batch: readonly Waiting[], changesMax = changesMaxDefault): Promise<void> {
    const lost = this.#lostUnrecorded;
    const facts = [...this.#lostFacts(lost), ...batch.map((each) => each.facts)];
    if (facts.length === 1 && changesMax === 0) await this.#appendOne(facts, changesMax);
    else if (facts.length > 0 || changesMax > 0) await this.#append(facts, { changesMax });
    this.#lostUnrecorded -= lost;
    this.#waiting.splice(0, batch.length);
    this.#stats.recorded += batch.length;
    for (const { settle } of batch) settle?.();
  }

  async #appendChangesEach(): Promise<void> {
    for (let i = 0; i < changesMaxDefault; i += 1) if (!(await this.#appendOne([], 1)).moreWait) return;
  }

  /** One change or call; where the database refuses it, one that says so. */
  async #appendOne(facts: readonly AuditFacts[], changesMax: number): Promise<{ readonly moreWait: boolean }> {
    try {
      return await this.#append(facts, { changesMax });
    } catch (error) {
      if (!isOfTheEntries(error)) throw error;
      const appended = await this.#append(facts, { changesMax, asRefused: true });
      this.#stats.refused += 1;
      this.#onProblem(new Error('the database refused an entry of the audit log', { cause: error }));
      return appended;
    }
  }

  async #append(
    facts: readonly AuditFacts[],
    more: Pick<AppendOptions, 'changesMax' | 'asRefused'> = {},
    signal: AbortSignal = AbortSignal.timeout(flushTimeoutMs),
  ): Promise<{ readonly moreWait: boolean }> {
    const options = { seals: this.#seals, instance: this.#instance, lastHead: this.#lastHead, ...more };
    const { value } = await this.#database.transaction(AbortSignal.any([this.#giveUp, signal]), (session) =>
      appendEntries(session, facts, { ...options, nowMicros: this.#nowMicros(), known: this.#changes.known() }),
    );
    this.#changes.settle(value.settled);
    this.#lastHead = value.head;
    this.#changesWait ||= value.moreWait;
    this.#stats.recorded += value.changes;
    if (value.alarms > 0) {
      this.#stats.alarms += value.alarms;
      this.#onProblem(new Error(`rows of the audit log that were not as the services had left them: ${value.alarms}`));
    }
    return value;
  }
}

/** Errors that the database has with what it was sent; the others, all of them our own, tell that it is away or busy. */
const isOfTheEntries = (error: unknown): boolean => !(error instanceof DomainError);
