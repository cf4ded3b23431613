import type { Freshness } from '@finance/domain';
import { createPositionTracker, type ChangeFeed } from '@finance/change-feed';
import type { LiveIndex } from '@finance/live-index';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { inOwnWords } from '@finance/domain';
import type { IndexPhase, LiveIndexState } from '../index-state.ts';
import type { FallbackReason, IndexReplica, IndexView, ReplicaStats } from '../live-index-host.ts';
import type { FromReplica, PublishedBase, RebuildCause, ToReplica } from '../messages.ts';
import { Fence, type FenceOutcome } from './fence.ts';
import { FollowingIndex } from './following-index.ts';

export interface ReplicaOptions {
  /** How long a call may wait for the index before it is sent to SQL. */
  readonly waitMs: number;
  readonly cachedBytesMax: number;
  /** Who has not reached a position for so long, with everything applied that came, has lost something: it is rebuilt. */
  readonly stuckAfterMs: number;
  /** False answers fully consistent calls as the index is. Only for showing that the fence is needed. */
  readonly fence: boolean;
  /** The index had a position that the database has lost. */
  readonly onAhead: (position: string) => void;
}

/** A commit is in the binlog some moments before SQL shows it. What SQL does not show for longer is of another history. */
const aheadMaxMs = 1_000;
/** Between two looks whether SQL shows what the index does. */
const aheadPauseMs = 2;
/** Nobody may ask for long: another history grows meanwhile, until its numbers are those that the index has. */
const lookIntervalMs = 1_000;
/** A replica that is behind looks this often whether it has caught up. */
const probeIntervalMs = 50;

/**
 * Follows the journal over the latest base and lets calls in where it is fresh enough. One rule makes it ready, after a
 * start, a rebuild or a delay: one fence has to be passed in time; one that is not passed makes it unready.
 */
export class Replica implements IndexReplica {
  private readonly feed: ChangeFeed;
  private readonly port: MessagePort;
  private readonly options: ReplicaOptions;
  private readonly fence: Fence<IndexView | undefined>;
  private readonly probe: Fence<boolean>;
  private readonly listeners = new Set<(state: LiveIndexState) => void>();
  private phase: IndexPhase = { name: 'starting', reason: 'waiting for the first load', sinceMs: Date.now() };
  private epoch = 0;
  private current: FollowingIndex | undefined;
  /** Over a newer base; replaces the current one once it is as far. */
  private next: FollowingIndex | undefined;
  private behind: string | undefined = 'no index yet';
  private healthSinceMs = Date.now();
  private isProbing = false;
  private unreached: { readonly position: string; readonly sinceMs: number } | undefined;
  private exact: { readonly position: string; readonly meet: (index: LiveIndex | undefined) => void } | undefined;
  /** What the index had and SQL did not show. */
  private ahead: { readonly position: string; readonly sinceMs: number } | undefined;
  private readonly looking: NodeJS.Timeout;
  private view: IndexView | undefined;
  private isClosed = false;
  private served = 0;
  private baseSwitches = 0;
  private appliedBefore = { entries: 0, changes: 0 };
  private readonly fallbacks: Record<FallbackReason, number> = {
    starting: 0,
    rebuilding: 0,
    unavailable: 0,
    'catching-up': 0,
    late: 0,
    'no-position': 0,
    'not-reached': 0,
    'mid-transaction': 0,
  };

  constructor(feed: ChangeFeed, port: MessagePort, options: ReplicaOptions) {
    this.feed = feed;
    this.port = port;
    this.options = options;
    const common = {
      readPosition: (signal: AbortSignal) => this.readPosition(signal),
      hasReached: (position: string) => this.current?.hasReached(position) ?? false,
      onBehind: () => this.current?.pull(),
      waitMs: options.waitMs,
    };
    this.fence = new Fence({ ...common, answer: (outcome, calls) => this.answer(outcome, calls) });
    this.probe = new Fence({ ...common, answer: (outcome, _calls, position) => this.probed(outcome, position) });
    this.looking = setInterval(() => void (this.behind ?? this.probe.join()), lookIntervalMs).unref();
    port.on('message', (message: ToReplica) => this.receive(message));
    port.unref();
  }

  at(requirement: Freshness): Promise<IndexView | undefined> {
    if (this.behind !== undefined) return this.toSql(this.current ? 'catching-up' : this.phaseName());
    if (requirement.kind === 'latest' && this.options.fence) return this.fence.join();
    if (requirement.kind === 'at-least' && !this.current!.hasReached(requirement.position)) {
      if (!this.current!.isOfHistory(requirement.position)) return this.toSql('not-reached');
      return this.fence.joinAt(requirement.position);
    }
    const view = this.viewNow();
    if (!view) return this.toSql('mid-transaction');
    this.served += 1;
    return Promise.resolve(view);
  }

  state(): LiveIndexState {
    if (!this.current) return { ...this.phase, name: this.phaseName() };
    const name = this.behind === undefined ? 'ready' : 'catching-up';
    return { name, reason: this.behind ?? 'follows the database', sinceMs: this.healthSinceMs };
  }

  onState(listener: (state: LiveIndexState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stats(): ReplicaStats {
    const { current } = this;
    const index = current?.index.stats();
    return {
      served: this.served,
      fallbacks: { ...this.fallbacks },
      waits: this.fence.waits.snapshot(),
      appliedEntries: this.appliedBefore.entries + (current?.appliedEntries ?? 0),
      appliedChanges: this.appliedBefore.changes + (current?.appliedChanges ?? 0),
      lagEntries: current ? current.head - current.number : 0,
      baseSwitches: this.baseSwitches,
      index: index && { ...index, bytesPerFund: index.bytes / Math.max(1, index.funds) },
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.looking);
    this.drop();
    this.port.close();
    await this.feed.close();
  }

  /**
   * Gives `read` the index in exactly the state of a position, neither before nor after it; undefined when it is past
   * it already, is not healthy, or does not get there in `waitMs`. One call at a time.
   */
  async exactlyAt<T>(position: string, read: (index: LiveIndex) => T): Promise<T | undefined> {
    if (this.behind !== undefined) return undefined;
    const { promise, resolve } = Promise.withResolvers<{ readonly value: T } | undefined>();
    const timer = setTimeout(() => resolve(undefined), this.options.waitMs);
    this.exact = { position, meet: (index) => resolve(index && { value: read(index) }) };
    this.meetExact();
    if (this.exact) this.current?.pull();
    const met = await promise;
    clearTimeout(timer);
    this.exact = undefined;
    return met?.value;
  }

  /** Gives the index up and has the host build another one. */
  declareWrong(cause: RebuildCause, reason: string): void {
    if (!this.current) return;
    this.drop();
    this.phase = { name: 'rebuilding', reason, sinceMs: Date.now() };
    this.port.postMessage({ kind: 'wrong', epoch: this.epoch, cause, reason } satisfies FromReplica);
    this.tellState();
  }

  private receive(message: ToReplica): void {
    if (this.isClosed) return;
    if (message.kind === 'base') {
      this.take(message.published, message.journal);
    } else {
      this.phase = message.phase;
      if (message.phase.name !== 'serving') this.drop();
      this.tellState();
    }
  }

  private take(published: PublishedBase, journal: MessagePort): void {
    const isMerge = this.current !== undefined && this.epoch === published.epoch;
    if (!isMerge) this.drop();
    this.next?.close();
    const following: FollowingIndex = new FollowingIndex(published, journal, {
      engine: this.feed.engine,
      cachedBytesMax: this.options.cachedBytesMax,
      onEntry: () => following.position !== null && this.settled(following),
      onInterrupted: () => {
        if (following !== this.current) return;
        this.setBehind('the feed is interrupted');
        this.fence.giveUp();
      },
      onFailed: (error) => this.declareWrong('apply-failed', `a change could not be applied: ${inOwnWords(error)}`),
    });
    if (isMerge) {
      this.next = following;
      this.settled(following);
    } else {
      this.current = following;
      this.epoch = published.epoch;
      this.behind = undefined;
      this.setBehind('replays what changed since the load');
    }
  }

  /** Whether somebody has been let through. */
  private settled(following: FollowingIndex): boolean {
    if (following === this.next) {
      if (following.position === null || following.number < this.current!.number) return false;
      this.countApplied();
      this.current!.close();
      this.current = following;
      this.next = undefined;
      this.baseSwitches += 1;
    }
    const wasMet = this.meetExact();
    const wasProbed = this.probe.check();
    return this.fence.check() || wasMet || wasProbed;
  }

  private meetExact(): boolean {
    const { exact, current } = this;
    if (!exact || !current?.hasReached(exact.position)) return false;
    this.exact = undefined;
    const isExact = createPositionTracker(this.feed.engine, exact.position).hasReached(current.position!);
    exact.meet(isExact ? current.index : undefined);
    return true;
  }

  /** Without a base: that one is being served elsewhere means that ours is on its way. */
  private phaseName(): Exclude<IndexPhase['name'], 'serving'> {
    return this.phase.name === 'serving' ? 'starting' : this.phase.name;
  }

  private viewNow(): IndexView | undefined {
    const { current } = this;
    const position = current?.position;
    if (!current || position == null) return undefined;
    if (this.view?.position !== position || this.view.index !== current.index) {
      this.view = { index: current.index, position };
    }
    return this.view;
  }

  private answer(outcome: FenceOutcome, calls: number): IndexView | undefined {
    const view = outcome === 'reached' ? this.viewNow() : undefined;
    if (view) {
      this.served += calls;
      return view;
    }
    this.fallbacks[outcome === 'reached' ? 'mid-transaction' : outcome] += calls;
    if (outcome === 'late') this.setBehind(`has not caught up with the database for ${this.options.waitMs} ms`);
    if (outcome === 'no-position') this.setBehind('the database does not tell its position');
    return undefined;
  }

  private toSql(reason: FallbackReason): Promise<undefined> {
    this.fallbacks[reason] += 1;
    return Promise.resolve(undefined);
  }

  private setBehind(reason: string): void {
    if (!this.current || this.behind !== undefined) return;
    this.behind = reason;
    this.healthSinceMs = Date.now();
    this.tellState();
    if (!this.isProbing) void this.probeUntilReached();
  }

  private async probeUntilReached(): Promise<void> {
    this.isProbing = true;
    while (this.current && this.behind !== undefined) {
      const probedEpoch = this.epoch;
      if (!(await this.probe.join())) {
        await sleep(probeIntervalMs);
      } else if (this.current && probedEpoch === this.epoch) {
        this.behind = undefined;
        this.healthSinceMs = Date.now();
        this.tellState();
      }
    }
    this.isProbing = false;
  }

  /**
   * The database's position, once it includes what the index had when this was called: before, SQL does not show it.
   * An index that stays ahead follows a history that the database has not: it was replaced by one that had lost some of
   * it, restored, or its numbers were reset.
   */
  private async readPosition(signal: AbortSignal): Promise<string> {
    const { epoch } = this;
    const had = this.current?.position ?? null;
    for (;;) {
      const position = await this.feed.position(signal);
      const includes = (other: string): boolean =>
        other === position || createPositionTracker(this.feed.engine, position).hasReached(other);
      if (had === null || epoch !== this.epoch || includes(had)) return position;
      if (!this.ahead || includes(this.ahead.position)) this.ahead = { position: had, sinceMs: performance.now() };
      if (performance.now() - this.ahead.sinceMs > aheadMaxMs) {
        if (this.current) this.options.onAhead(had);
        this.declareWrong('ahead', `the database has not shown for ${aheadMaxMs} ms what the index has`);
        throw new Error('the index is of another history');
      }
      await sleep(aheadPauseMs, undefined, { signal });
    }
  }

  private probed(outcome: FenceOutcome, position: string | undefined): boolean {
    const { current, unreached } = this;
    if (!current || outcome === 'reached' || position === undefined) {
      this.unreached = undefined;
    } else if (!unreached || current.hasReached(unreached.position)) {
      this.unreached = { position, sinceMs: performance.now() };
    } else if (
      performance.now() - unreached.sinceMs > this.options.stuckAfterMs &&
      current.position !== null &&
      current.number === current.head
    ) {
      this.declareWrong(
        'feed-lost',
        `the feed has not brought ${unreached.position} for ${this.options.stuckAfterMs} ms`,
      );
    }
    return outcome === 'reached';
  }

  private countApplied(): void {
    this.appliedBefore.entries += this.current?.appliedEntries ?? 0;
    this.appliedBefore.changes += this.current?.appliedChanges ?? 0;
  }

  private drop(): void {
    this.countApplied();
    this.current?.close();
    this.next?.close();
    this.current = this.next = this.view = undefined;
    this.behind = 'no index';
    this.unreached = undefined;
    this.ahead = undefined;
    this.fence.giveUp();
  }

  private tellState(): void {
    const state = this.state();
    for (const listener of this.listeners) listener(state);
  }
}
