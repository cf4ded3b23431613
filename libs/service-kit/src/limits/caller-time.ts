import type { DomainError } from '@finance/domain';
import { overloaded } from './admission.ts';
import { RecentUse } from './recent-use.ts';

/** What a caller has to know of the others. */
export interface ThreadUse {
  readonly isAlone: boolean;
  /** What a call uses besides what is measured of it. */
  readonly unmeasuredMs: number;
  /** Share of the thread's time that a caller may use now, above 0. */
  shareOf(caller: CallerTime, nowMs: number): number;
  /** @param isFirst of this caller in this turn of the event loop, whose end it is to be told of */
  used(caller: CallerTime, ms: number, nowMs: number, isFirst: boolean): void;
}

/** A call that waits for its turn. */
interface Waiting {
  readonly isOver: () => DomainError | undefined;
  readonly go: () => void;
  readonly leave: (reason: DomainError) => void;
}

/** In one turn of the event loop: what is under way meanwhile waits for all of it. */
const turnMsMax = { alone: 10, shared: 4 };
/** Used at once without a pause. */
const creditMs = 2;
/** Calls of a caller that take longer, on average, hold the others up. */
const longMs = 1;
/** However small the share: others may have left meanwhile. */
const pauseMsMax = 1_000;
/** More waiting calls of one caller are refused. */
const waitingMax = 256;
/** Let go at a time, of calls that take next to nothing. */
const batchMax = 32;
/** One that was let go and has used nothing for so long waits for something else. */
const unusedMs = 50;

const tooManyOfCaller = overloaded('calls of this caller that wait for their turn');

/** The time of the thread that one caller uses, and its calls that wait because it has used more than its share. */
export class CallerTime {
  readonly use = new RecentUse();
  /** Whether the caller has called or used something lately, as of which sweep. */
  isHere = false;
  seenAt = 0;
  openCalls = 0;
  readonly #thread: ThreadUse;
  readonly #waiting: Waiting[] = [];
  #pausesUntilMs = 0;
  #inTurnMs = 0;
  #averageMs = 0;
  /** Calls that were let go and have not used anything yet. */
  #letGo = 0;
  #letGoAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isNext = false;

  constructor(thread: ThreadUse) {
    this.#thread = thread;
  }

  get takesLong(): boolean {
    return this.#averageMs >= longMs;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Undefined: the call may go on. Otherwise resolves when it may, and rejects with what has ended it meanwhile.
   * @param hasBegun has had its turn and goes before those that have not
   * @throws DomainError OVERLOADED
   */
  turn(isOver: () => DomainError | undefined, hasBegun: boolean): Promise<void> | undefined {
    if ((hasBegun || !this.isWaiting) && this.#mayGo(performance.now())) return undefined;
    if (!hasBegun && this.#waiting.length >= waitingMax) throw tooManyOfCaller;
    return new Promise((go, leave) => {
      const waiting = { isOver, go, leave };
      if (hasBegun) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  /** Counts what a call has used without a break. */
  used(ms: number): void {
    const nowMs = performance.now();
    this.use.add(ms, nowMs);
    this.#thread.used(this, ms, nowMs, this.#inTurnMs === 0);
    this.#inTurnMs += ms;
    // Quick to learn that calls take long, slow to forget it.
    this.#averageMs += (ms - this.#averageMs) / (ms > this.#averageMs ? 2 : 16);
    if (!this.#thread.isAlone) {
      const pauseMs = Math.min(pauseMsMax, ms * (1 / this.#thread.shareOf(this, nowMs) - 1));
      this.#pausesUntilMs = Math.max(this.#pausesUntilMs, nowMs - creditMs) + pauseMs;
    }
    if (this.#letGo > 0) this.#letGo -= 1;
    if (this.isWaiting) this.#schedule();
  }

  /** Counts what the call has used besides, and what all calls have in common. */
  callEnded(ms: number): void {
    this.used(ms + this.#thread.unmeasuredMs);
    this.openCalls -= 1;
  }

  /** The turn of the event loop in which it has used something is over. */
  endTurn(): void {
    this.#inTurnMs = 0;
  }

  #mayGo(nowMs: number): boolean {
    if (this.#thread.isAlone) return this.#inTurnMs < turnMsMax.alone;
    return this.#inTurnMs < turnMsMax.shared && this.#pausesUntilMs <= nowMs;
  }

  #schedule(): void {
    if (this.#isNext) return;
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    const pauseMs = this.#thread.isAlone ? 0 : this.#pausesUntilMs - nowMs;
    const unusedForMs = this.#letGo >= this.#batch() ? this.#letGoAtMs + unusedMs - nowMs : 0;
    const waitMs = Math.max(pauseMs, unusedForMs);
    if (waitMs > 1) {
      this.#timer = setTimeout(() => this.#letSome(), waitMs);
      return;
    }
    // What others have sent meanwhile is looked at before.
    this.#isNext = true;
    setImmediate(() => {
      this.#isNext = false;
      this.#letSome();
    });
  }

  #letSome(): void {
    const nowMs = performance.now();
    if (this.#letGo > 0 && nowMs - this.#letGoAtMs > unusedMs) this.#letGo = 0;
    for (const batch = this.#batch(); this.#letGo < batch && this.#mayGo(nowMs);) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const reason = next.isOver();
      if (reason !== undefined) {
        next.leave(reason);
        continue;
      }
      next.go();
      this.#letGo += 1;
      this.#letGoAtMs = nowMs;
    }
    if (this.isWaiting) this.#schedule();
  }

  /** As many as use up what may be used at once; two where nobody waits for the end of the first. */
  #batch(): number {
    const atOnceMs = this.#thread.isAlone ? turnMsMax.alone : creditMs;
    const batch = Math.floor(atOnceMs / Math.max(this.#averageMs, atOnceMs / batchMax));
    return Math.max(this.#thread.isAlone ? 2 : 1, batch);
  }
}
