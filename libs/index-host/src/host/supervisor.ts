import { openChangeFeed, type FeedTarget } from '@finance/change-feed';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { inOwnWords } from '@finance/domain';
import type { BuilderStart } from '../builder/builder-thread.ts';
import type { MergeBounds } from '../builder/merge-bounds.ts';
import type { IndexPhase, LoadProgress } from '../index-state.ts';
import type { JournalStart } from '../journal/journal-thread.ts';
import type { HostStats } from '../live-index-host.ts';
import type {
  BaseState,
  FromBuilder,
  FromJournal,
  FromReplica,
  PublishedBase,
  RebuildCause,
  ToBuilder,
  ToJournal,
  ToReplica,
} from '../messages.ts';
import { createBackOff } from './back-off.ts';
import type { IndexLog } from '../index-log.ts';
import { startThread, type Thread } from './thread.ts';

const journalScript = new URL('../journal/journal-thread.ts', import.meta.url);
/** A database that needs longer to greet us is none to load from. */
const checkTimeoutMs = 5_000;
/** A server that refuses writes may be promoted at any time. */
const renewAgainAfterMs = 1_000;
const builderScript = new URL('../builder/builder-thread.ts', import.meta.url);

/**
 * Runs the two threads and hands bases out. A base survives the threads: after one of them died the last base is
 * followed anew; after anything that makes the base itself useless the database is loaded again. Each try waits longer.
 */
export class Supervisor {
  private readonly target: FeedTarget;
  private readonly bounds: MergeBounds;
  private readonly log: IndexLog;
  private readonly nextDelayMs = createBackOff();
  private readonly replicas = new Set<MessagePort>();
  private phase: IndexPhase = { name: 'starting', reason: 'loads the database', sinceMs: Date.now() };
  private epoch = 0;
  /** The latest base; undefined until there is one. */
  published: PublishedBase | undefined;
  journal: Thread<ToJournal> | undefined;
  builder: Thread<ToBuilder> | undefined;
  private retry: NodeJS.Timeout | undefined;
  /** A position of the history that the database turned out not to have. */
  private lostAt: string | undefined;
  private renewal: NodeJS.Timeout | undefined;
  private hasServed = false;
  private isClosed = false;
  private readonly counts = { loads: 0, merges: 0, feedInterruptions: 0 };
  private readonly rebuilds: Record<RebuildCause, number> = {
    'feed-lost': 0,
    'large-transaction': 0,
    'thread-ended': 0,
    audit: 0,
    'apply-failed': 0,
    'load-failed': 0,
    ahead: 0,
  };

  constructor(target: FeedTarget, bounds: MergeBounds, log: IndexLog) {
    this.target = target;
    this.bounds = bounds;
    this.log = log;
    this.startEpoch(undefined);
  }

  /** A port for a replica. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.replicas.add(port1);
    port1.on('message', (message: FromReplica) => {
      if (message.epoch === this.epoch) this.rebuild(message.cause, message.reason);
    });
    port1.on('close', () => this.replicas.delete(port1));
    port1.unref();
    this.tell(port1, { kind: 'phase', phase: this.phase });
    if (this.published) this.giveBase(port1, this.published);
    return port2;
  }

  stats(): Omit<HostStats, 'audit'> {
    return { ...this.counts, rebuilds: { ...this.rebuilds } };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    clearTimeout(this.renewal);
    for (const port of this.replicas) port.close();
    await Promise.all([this.journal?.stop(), this.builder?.stop()]);
  }

  private startEpoch(seed: PublishedBase | undefined): void {
    if (this.isClosed) return;
    this.epoch += 1;
    this.published = undefined;
    this.startJournal();
    if (seed) {
      this.journal!.send({ kind: 'start', from: seed.position! });
      this.publish({ ...seed, number: 0 });
    } else {
      this.counts.loads += 1;
    }
    this.startBuilder();
  }

  private startJournal(): void {
    const start: JournalStart = { target: this.target, bounds: this.bounds };
    this.journal = startThread<ToJournal, FromJournal>(
      journalScript,
      start,
      (message) => this.hearJournal(message),
      (reason) => this.restartJournal(`the journal thread ended: ${reason}`),
    );
  }

  /** Goes on from the published base, or loads the database where there is none. */
  private startBuilder(): void {
    if (this.isClosed) return;
    const seed = this.published;
    const start: BuilderStart = { target: this.target, bounds: this.bounds, seed };
    const builder = startThread<ToBuilder, FromBuilder>(
      builderScript,
      start,
      (message) => this.hearBuilder(message),
      (reason) => this.replaceBuilder(`the builder thread ended: ${reason}`),
    );
    this.builder = builder;
    if (seed) this.followBuilder(builder, seed);
  }

  /** With a base the replicas do without a builder for a while. */
  private replaceBuilder(reason: string): void {
    if (!this.published) return this.again('thread-ended', reason, undefined);
    this.rebuilds['thread-ended'] += 1;
    const delayMs = this.nextDelayMs();
    this.log.warn({ reason, delayMs }, 'live index: the builder is started again');
    this.retry = setTimeout(() => this.startBuilder(), delayMs).unref();
  }

  private followBuilder(builder: Thread<ToBuilder>, published: PublishedBase): void {
    const port = this.subscribe(published.number);
    builder.send({ kind: 'follow', port }, [port]);
  }

  private hearJournal(message: FromJournal): void {
    switch (message.kind) {
      case 'following':
        this.log.info({}, 'live index: the feed is connected');
        return;
      case 'interrupted':
        this.counts.feedInterruptions += 1;
        this.log.warn({ reason: message.reason }, 'live index: the feed is interrupted');
        return;
      case 'lost':
        this.rebuild(message.cause, message.reason);
    }
  }

  private hearBuilder(message: FromBuilder): void {
    switch (message.kind) {
      case 'progress':
        this.progressed(message.progress);
        return;
      case 'loaded':
        this.journal!.send({ kind: 'start', from: message.from });
        return;
      case 'base':
        if (this.published) this.counts.merges += 1;
        this.followBuilder(this.builder!, this.publish(message.state));
        return;
      case 'failed':
        this.rebuild(this.published ? 'apply-failed' : 'load-failed', message.reason);
    }
  }

  private progressed(progress: LoadProgress): void {
    const { phase } = this;
    const isAgain = phase.name === 'unavailable';
    this.setPhase({
      name: this.hasServed ? 'rebuilding' : 'starting',
      reason: isAgain ? 'loads the database' : phase.reason,
      sinceMs: isAgain ? Date.now() : phase.sinceMs,
      progress,
    });
  }

  private publish(state: BaseState): PublishedBase {
    const published: PublishedBase = { ...state, epoch: this.epoch };
    this.published = published;
    this.hasServed = true;
    if (this.phase.name !== 'serving') {
      this.setPhase({ name: 'serving', reason: 'a base is published', sinceMs: Date.now() });
    }
    // Before anybody follows from here: what they are sent then is judged by the size of this base.
    this.journal!.send({ kind: 'trim', number: published.number, funds: published.base.fundIds.length });
    for (const port of this.replicas) this.giveBase(port, published);
    return published;
  }

  private giveBase(port: MessagePort, published: PublishedBase): void {
    const journal = this.subscribe(published.number);
    this.tell(port, { kind: 'base', published, journal }, [journal]);
  }

  /** The end of a new subscription to what follows an entry. */
  private subscribe(after: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.journal!.send({ kind: 'subscribe', after, port: port1 }, [port1]);
    return port2;
  }

  /** From the last base, if there is one. */
  private restartJournal(reason: string): void {
    const { published } = this;
    // The middle of a transaction is no place to start from: nobody could tell when it is over.
    this.again('thread-ended', reason, published?.position == null ? undefined : published);
  }

  private rebuild(cause: RebuildCause, reason: string): void {
    this.again(cause, reason, undefined);
  }

  private again(cause: RebuildCause, reason: string, seed: PublishedBase | undefined): void {
    if (this.isClosed) return;
    this.rebuilds[cause] += 1;
    clearTimeout(this.retry);
    if (cause === 'ahead') this.lostAt ??= this.published?.readyAt;
    // What the old threads and replicas still say is of an epoch that is over.
    this.epoch += 1;
    this.published = undefined;
    this.setPhase({ name: cause === 'load-failed' ? 'unavailable' : 'rebuilding', reason, sinceMs: Date.now() });
    const delayMs = this.nextDelayMs();
    this.log.warn({ cause, reason, delayMs, isFromBase: seed !== undefined }, 'live index: starts again');
    const stopped = Promise.all([this.journal?.stop(), this.builder?.stop()]);
    this.journal = this.builder = undefined;
    void stopped.then(() => {
      this.retry = setTimeout(() => void this.startWhenServed(seed), delayMs).unref();
    });
  }

  /** Two threads take a second of a processor to start: where there is nothing to load they are not. */
  private async startWhenServed(seed: PublishedBase | undefined): Promise<void> {
    const { epoch } = this;
    await this.renewHistory();
    const problem = seed ? undefined : await feedProblem(this.target);
    if (epoch !== this.epoch) return;
    if (problem === undefined) this.startEpoch(seed);
    else this.again('load-failed', problem, undefined);
  }

  /**
   * So that nobody's positions of the lost history are taken for ours once their numbers are given out again. Tries until
   * it is done: one loss too many that is told costs callers a refused token.
   */
  private async renewHistory(): Promise<void> {
    const { lostAt } = this;
    if (lostAt === undefined || this.isClosed) return;
    const isFirstTry = this.renewal === undefined;
    clearTimeout(this.renewal);
    const feed = openChangeFeed(this.target);
    try {
      await feed.renewHistory(lostAt, AbortSignal.timeout(checkTimeoutMs));
      this.lostAt = this.renewal = undefined;
    } catch (error) {
      if (isFirstTry) {
        this.log.warn(
          { reason: inOwnWords(error) },
          'live index: the database cannot note yet that its history is another one',
        );
      }
      clearTimeout(this.renewal);
      if (!this.isClosed) this.renewal = setTimeout(() => void this.renewHistory(), renewAgainAfterMs).unref();
    } finally {
      await feed.close();
    }
  }

  private setPhase(phase: IndexPhase): void {
    this.phase = phase;
    for (const port of this.replicas) this.tell(port, { kind: 'phase', phase });
  }

  private tell(port: MessagePort, message: ToReplica, transfer: MessagePort[] = []): void {
    port.postMessage(message, transfer);
  }
}

/** Why the feed cannot serve; undefined when it can. */
async function feedProblem(target: FeedTarget): Promise<string | undefined> {
  const feed = openChangeFeed(target);
  try {
    await feed.check(AbortSignal.timeout(checkTimeoutMs));
    return undefined;
  } catch (error) {
    return inOwnWords(error);
  } finally {
    await feed.close();
  }
}
