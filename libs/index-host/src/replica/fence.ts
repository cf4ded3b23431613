import { WaitRecorder } from './wait-histogram.ts';

/**
 * How waiting ended: the position is in the index; the database's is not after `waitMs`, or it did not tell it; one that
 * a caller brought is not, and may be of the future.
 */
export type FenceOutcome = 'reached' | 'late' | 'no-position' | 'not-reached';

export interface FenceOptions<T> {
  /** The newest position of the database. */
  readonly readPosition: (signal: AbortSignal) => Promise<string>;
  /** Whether the index, as it is now, includes a position. */
  readonly hasReached: (position: string) => boolean;
  /** The position is known and not reached: bring the changes. */
  readonly onBehind: () => void;
  /** What so many calls get; runs in the very state that was reached. `position` as far as it is known. */
  readonly answer: (outcome: FenceOutcome, calls: number, position: string | undefined) => T;
  readonly waitMs: number;
}

/**
 * Between reads for several calls at once. Each read costs the server and the database more than a page does: under load
 * there are at most some 300 a second, however many calls there are. A caller alone never waits for it.
 */
const pauseMs = 2;

/** Calls that share one read of the position and one promise. */
interface Group<T> {
  calls: number;
  isSettled: boolean;
  position: string | undefined;
  readonly left: AbortController;
  readonly promise: Promise<T>;
  readonly settle: (outcome: FenceOutcome) => void;
}

/**
 * Lets calls wait until the index includes everything acknowledged before them. Calls cost no object of their own:
 * those that arrive while the loop handles its input, or while a position is being read, form one group.
 */
export class Fence<T> {
  readonly waits = new WaitRecorder();
  private readonly options: FenceOptions<T>;
  private joining: Group<T> | undefined;
  private isReading = false;
  /** By age, so that when the first one's position is not reached, no other's is. */
  private readonly behind: Group<T>[] = [];
  private readonly byPosition = new Map<string, Group<T>>();

  constructor(options: FenceOptions<T>) {
    this.options = options;
  }

  /** For a call that must see whatever was acknowledged before it. */
  join(): Promise<T> {
    if (!this.joining) {
      this.joining = this.open('late');
      if (!this.isReading) this.startReadSoon();
    }
    this.joining.calls += 1;
    return this.joining.promise;
  }

  /** For a call that must see a position. */
  joinAt(position: string): Promise<T> {
    let group = this.byPosition.get(position);
    if (!group || group.isSettled) {
      group = this.open('not-reached');
      group.position = position;
      this.byPosition.set(position, group);
      this.options.onBehind();
    }
    group.calls += 1;
    return group.promise;
  }

  /** To be called whenever the index has reached another position; whether anybody has been let through. */
  check(): boolean {
    let released = false;
    while (this.behind.length > 0 && this.options.hasReached(this.behind[0]!.position!)) {
      this.behind[0]!.settle('reached');
      released = true;
    }
    for (const group of this.byPosition.values()) {
      if (!this.options.hasReached(group.position!)) continue;
      group.settle('reached');
      released = true;
    }
    return released;
  }

  /** Lets everybody go who waits for a position: it will not be reached. */
  giveUp(): void {
    for (const group of [...this.behind, ...this.byPosition.values()]) group.settle('late');
  }

  private open(atEnd: FenceOutcome): Group<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const sinceMs = performance.now();
    const timer = setTimeout(() => group.settle(atEnd), this.options.waitMs);
    const group: Group<T> = {
      calls: 0,
      isSettled: false,
      position: undefined,
      left: new AbortController(),
      promise,
      settle: (outcome) => {
        if (group.isSettled) return;
        group.isSettled = true;
        clearTimeout(timer);
        this.forget(group);
        if (outcome === 'late') group.left.abort();
        this.waits.record(performance.now() - sinceMs, group.calls);
        resolve(this.options.answer(outcome, group.calls, group.position));
      },
    };
    return group;
  }

  /** After what the loop has in hand, which may be more calls. */
  private startReadSoon(): void {
    this.isReading = true;
    setImmediate(() => this.startRead());
  }

  private startRead(): void {
    const group = this.joining;
    this.joining = undefined;
    this.isReading = group !== undefined;
    if (!group) return;
    this.options.readPosition(group.left.signal).then(
      (position) => this.endRead(group, position),
      () => this.endRead(group, undefined),
    );
  }

  private endRead(group: Group<T>, position: string | undefined): void {
    if (!this.joining) this.isReading = false;
    else if (group.calls > 1) setTimeout(() => this.startRead(), pauseMs);
    else this.startReadSoon();
    if (group.isSettled) return;
    if (position === undefined) {
      group.settle('no-position');
    } else if (this.options.hasReached(position)) {
      group.settle('reached');
    } else {
      group.position = position;
      this.behind.push(group);
      this.options.onBehind();
    }
  }

  private forget(group: Group<T>): void {
    if (group === this.joining) this.joining = undefined;
    const at = this.behind.indexOf(group);
    if (at >= 0) this.behind.splice(at, 1);
    if (group.position !== undefined && this.byPosition.get(group.position) === group) {
      this.byPosition.delete(group.position);
    }
  }
}
