import { setTimeout as delay } from 'node:timers/promises';
import { historyPointOf } from '@finance/schema';
import { ChangeFeedError } from '../change-feed-error.ts';
import { GtidSet } from '../position/gtid-set.ts';
import { executedOf, otherHistory, unpublishedMaxMs, type FollowedServer } from './followed-server.ts';
import type { NewestPosition } from './newest-position.ts';

/** Between two reads: what is committed meanwhile needs none of its own. */
const pauseMs = 2;
/** A commit that has not come through by then waits for another server. */
const longPauseMs = 20;
const longAfterMs = 100;

/**
 * What the database has published as committed. The binlog has a transaction before: until its semi-sync replica has
 * acknowledged it nobody can read it, and it may yet be lost.
 */
export class PublishedSet {
  private readonly newest: NewestPosition;
  private readonly historyId: string;
  private readonly signal: AbortSignal;
  private executed = new GtidSet();
  private readAtMs = 0;
  /** What another server than the followed one had at the last look. */
  private elsewhere: GtidSet | undefined;
  /** Every server that was followed. */
  private readonly followed = new Set<string>();

  constructor(newest: NewestPosition, historyId: string, signal: AbortSignal) {
    this.newest = newest;
    this.historyId = historyId;
    this.signal = signal;
  }

  /**
   * Returns once everything in a set is published, however long the followed server keeps a commit waiting, or is away.
   * @throws ChangeFeedError `history` when the database has another history by then; `unavailable` when it never
   * published this: it is to be followed from what was
   */
  async until(wanted: GtidSet, server: FollowedServer): Promise<void> {
    const sinceMs = performance.now();
    /** When somebody answered who may not be the server as it was followed. */
    let otherSinceMs: number | undefined;
    let wasAway = false;
    while (!this.executed.contains(wanted)) {
      const isSlow = performance.now() - sinceMs > longAfterMs;
      const pause = isSlow ? longPauseMs : this.readAtMs + pauseMs - performance.now();
      if (pause > 0) await delay(pause, undefined, { signal: this.signal });
      this.signal.throwIfAborted();
      this.readAtMs = performance.now();
      const state = await this.newest.read().catch(() => undefined);
      if (!state) {
        wasAway = true;
        continue;
      }
      if (historyPointOf(state.position).historyId !== this.historyId) throw otherHistory();
      this.executed = executedOf(state);
      if (!wasAway && state.serverUuid === server.serverUuid) continue;
      otherSinceMs ??= performance.now();
      if (performance.now() - otherSinceMs > unpublishedMaxMs && !this.executed.contains(wanted)) {
        throw new ChangeFeedError('unavailable', 'the server was replaced before it published what it had sent');
      }
    }
  }

  /**
   * Whether to leave the followed server: it was reset, the history is another one, or the address leads elsewhere. Back
   * to a server that was left it goes only for what this one does not bring: an address may lead to several in turn.
   */
  async moved(server: FollowedServer, reached: GtidSet): Promise<boolean> {
    this.followed.add(server.serverUuid);
    const { state, resets } = await this.newest.readWithResets();
    const before = this.elsewhere;
    this.elsewhere = state.serverUuid === server.serverUuid ? undefined : executedOf(state);
    if (historyPointOf(state.position).historyId !== this.historyId) return true;
    if (!this.elsewhere) return resets !== server.resets;
    if (!this.followed.has(state.serverUuid)) return true;
    return before !== undefined && !reached.contains(before);
  }
}
