import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeFeed, PersonChange } from '@finance/change-feed';
import { callerOf, DomainError } from '@finance/domain';
import type { Database } from '@finance/schema';
import { createPlaces, streamOf } from '@finance/service-kit';
import { createNumbering, type NumberedChange } from './numbered-changes.ts';
import type { RecentReader } from './recent-changes.ts';
import { startFollower, type SharedFollower } from './shared-follower.ts';
import type { WatchLimits } from './watch-limits.ts';
import { WatchPlace } from './watch-place.ts';
import { historyLost, interrupted, shuttingDown, stalled, tooMany, tooSlow, watchProblem } from './watch-problems.ts';

/** A change, or a heartbeat without one. */
export interface WatchEvent {
  /** What to resume after. */
  readonly position: string;
  readonly change?: PersonChange;
  readonly affectedUserIds: readonly bigint[];
}

export interface WatchStats {
  readonly watchers: number;
  /** Of these, how many follow by themselves until they have caught up. */
  readonly catchUps: number;
  /** Watchers dropped because they were too slow, so far. */
  readonly dropped: number;
}

/** Streams of changes for any number of watchers, with one follower of the database for all who are at the head. */
export interface ChangeWatch {
  /**
   * Events after a position, or from now on; first a heartbeat. Ends only with an error: the signal's reason, or a
   * DomainError POSITION_PURGED, HISTORY_CHANGED, CONSUMER_TOO_SLOW, CHANGE_FEED_NOT_READY, DATABASE_UNAVAILABLE,
   * OVERLOADED, SERVER_SHUTTING_DOWN.
   */
  events(after: string | undefined, signal: AbortSignal): AsyncGenerator<WatchEvent, void, undefined>;
  stats(): WatchStats;
  /** Ends all streams. */
  close(): Promise<void>;
}

/** Commits take milliseconds; a position that the database does not have by then is of what it has lost. */
const commitTimeMaxMs = 1_000;
const commitPollMs = 10;

/** Follows as long as somebody watches. Owns the feed. */
export function createChangeWatch(feed: ChangeFeed, database: Database, limits: WatchLimits): ChangeWatch {
  const { heartbeatMs } = limits;
  let watchers = 0;
  const ofCallerMax = Math.ceil(limits.catchUpsMax / 2);
  let catchUps = 0;
  const catchUpPlaces = createPlaces(
    limits.catchUpsMax,
    ofCallerMax,
    tooMany('watchers that catch up', limits.catchUpsMax),
    tooMany('watchers of this caller that catch up', ofCallerMax),
  );
  let dropped = 0;
  let shared: { readonly follower: Promise<SharedFollower>; readonly stop: AbortController } | undefined;
  const closing = new AbortController();

  const follower = (): Promise<SharedFollower> => {
    if (shared) return shared.follower;
    const stop = new AbortController();
    const started = { stop, follower: startFollower(feed, database, limits, stop.signal) };
    shared = started;
    const forget = (): void => {
      if (shared === started) shared = undefined;
    };
    void started.follower.then(({ ended }) => ended).then(forget, forget);
    return started.follower;
  };

  async function* events(after: string | undefined, caller: AbortSignal): ReturnType<ChangeWatch['events']> {
    if (watchers >= limits.watchersMax) throw tooMany('watchers', limits.watchersMax);
    watchers += 1;
    const signal = AbortSignal.any([caller, closing.signal]);
    try {
      const atHead = await follower();
      const head = await feed.position(signal);
      const place = new WatchPlace(feed.engine, after ?? head);
      await reached(place, head, signal);
      yield { position: place.text, affectedUserIds: [] };
      const reader =
        atHead.recent.readerAfter(place) ?? (yield* catchUp(atHead, place, signal, callerOf(caller) ?? ''));
      yield* follow(atHead, reader, place, signal);
    } catch (error) {
      const problem = watchProblem(feed.engine, error);
      if (problem instanceof DomainError && problem.reason === 'CONSUMER_TOO_SLOW') dropped += 1;
      throw problem;
    } finally {
      watchers -= 1;
      if (watchers === 0) {
        shared?.stop.abort();
        shared = undefined;
      }
    }
  }

  /** A feed tells of a commit a moment before the database's position does. */
  const reached = async (place: WatchPlace, head: string, signal: AbortSignal): Promise<void> => {
    const deadline = Date.now() + commitTimeMaxMs;
    for (let position = head; !place.isWithin(position); position = await feed.position(signal)) {
      if (!place.isOfHistory(position) || Date.now() > deadline) throw historyLost();
      await delay(commitPollMs, undefined, { signal });
    }
  };

  async function* follow(
    { recent }: SharedFollower,
    reader: RecentReader,
    place: WatchPlace,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent, void, undefined> {
    let heartbeatAt = Date.now() + heartbeatMs;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (reader.number < recent.first) throw tooSlow(limits.bufferedMax);
        const next = recent.at(reader.number);
        if (next) {
          reader.number += 1;
          if (!place.take(next)) continue;
          yield { position: place.text, change: next.change, affectedUserIds: next.affectedUserIds };
          heartbeatAt = Date.now() + heartbeatMs;
          continue;
        }
        if (recent.position !== null) place.advance(recent.position);
        if (Date.now() < heartbeatAt) await recent.more(heartbeatAt - Date.now(), signal);
        else {
          yield { position: place.text, affectedUserIds: [] };
          heartbeatAt = Date.now() + heartbeatMs;
        }
      }
    } finally {
      reader.close();
    }
  }

  /** Follows from a place until the recent changes cover the rest; the database waits while the caller is busy. */
  async function* catchUp(
    { recent, chart }: SharedFollower,
    place: WatchPlace,
    signal: AbortSignal,
    caller: string,
  ): AsyncGenerator<WatchEvent, RecentReader, undefined> {
    const release = catchUpPlaces.take(caller);
    catchUps += 1;
    let reader: RecentReader | undefined;
    try {
      yield* streamOf<WatchEvent>(async (emit) => {
        const stop = new AbortController();
        const end = AbortSignal.any([signal, stop.signal]);
        const numbered = createNumbering();
        let isInside = false;
        let heartbeatAt = Date.now() + heartbeatMs;
        const send = async (event: WatchEvent): Promise<void> => {
          const timer = setTimeout(() => stop.abort(stalled(limits.stallMs)), limits.stallMs);
          await emit(event, end).finally(() => clearTimeout(timer));
          heartbeatAt = Date.now() + heartbeatMs;
        };
        const sendChange = ({ change }: NumberedChange): Promise<void> =>
          send({ position: place.text, change, affectedUserIds: chart.affectedBy(change) });
        await feed.followPeople(
          place.position,
          async (batch) => {
            for (const next of numbered(batch)) if (place.take(next)) await sendChange(next);
            isInside = batch.position === null;
            if (batch.position !== null) place.advance(batch.position);
            reader = recent.readerAfter(place);
            if (reader) stop.abort();
            else if (Date.now() >= heartbeatAt) await send({ position: place.text, affectedUserIds: [] });
          },
          {
            signal: end,
            onState: ({ state, error }) => {
              if (state === 'reconnecting' && isInside) stop.abort(interrupted({ cause: error }));
            },
          },
        );
        signal.throwIfAborted();
        if (!reader) throw stop.signal.reason;
      });
      const atHead = reader!;
      reader = undefined;
      return atHead;
    } finally {
      reader?.close();
      release();
      catchUps -= 1;
    }
  }

  return {
    events,
    stats: () => ({ watchers, catchUps, dropped }),
    close: async () => {
      closing.abort(shuttingDown());
      shared?.stop.abort();
      await feed.close();
    },
  };
}
