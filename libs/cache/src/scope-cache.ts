import { DomainError } from '@finance/domain';
import { untilCallerLeaves } from '@finance/schema';
import { LRUCache } from 'lru-cache';
import type { ScopeEntry } from './scope-entry.ts';
import type { SharedTier } from './shared-tier.ts';

/** Finds out about a viewer, from the primary database. */
export type ResolveEntry = (viewerUserId: bigint) => Promise<ScopeEntry>;

/** How often each answer was given since the start. */
export interface ScopeCacheCounters {
  readonly memoryHits: number;
  readonly sharedHits: number;
  /** Resolved. */
  readonly misses: number;
  /** Callers who waited for another one's question. */
  readonly joined: number;
  /** Entries found that say that there is no such viewer. */
  readonly negativeHits: number;
  /** Hits among all questions, from 0 to 1; 1 when there was none. */
  readonly hitRatio: number;
  readonly sharedErrors: number;
  /** Values in the shared tier, and events, that were not ours or had been changed. */
  readonly sharedRejected: number;
  readonly entries: number;
}

/**
 * Scopes by org version. What it answers was true at the entry's `orgVersion` and may be old: the reader compares that
 * version with its snapshot's, and on a difference calls `observe` and asks again.
 */
export interface ScopeCache {
  /**
   * From memory, the shared tier, or `resolve`, which is asked once for all who wait for the same viewer.
   * @throws DomainError what `resolve` throws, what the signal aborted with, or OVERLOADED when too many wait
   */
  get(viewerUserId: bigint, signal: AbortSignal, resolve: ResolveEntry): Promise<ScopeEntry>;
  /** A snapshot of the primary database was at this org version: entries of others are dropped, and all instances told. */
  observe(orgVersion: bigint): void;
  /** Holds these viewers' scopes, from now on and again after each change of the org; failures are left to the next. */
  keepWarm(viewerUserIds: readonly bigint[], resolve: ResolveEntry): Promise<void>;
  counters(): ScopeCacheCounters;
  close(): Promise<void>;
}

/** A scope is some 100 bytes; all viewers of a large company fit. */
const entriesMax = 100_000;
/** Bounds memory held for viewers who left, and how long an entry outlives a change made behind the services' back. */
export const scopeTtlMs = 300_000;
/** Reorgs come in bursts; each would begin the warm-up anew. */
const warmDelayMs = 200;
/** So few questions at a time do not hold up callers. */
const warmAtOnce = 4;
/** As many as may wait for the database afterwards: more would only be refused there, when they have waited here. */
const waitingMax = 200;
/** Made once: under a flood the stack of each would cost more than the rest of its refusal. */
const tooManyWait = new DomainError('OVERLOADED', 'too many calls wait for scopes; retry later');

/** @param createShared makes the tier that instances share, told where announced versions go; none: memory only */
export function createScopeCache(
  createShared: ((onAnnounced: (orgVersion: bigint) => void) => SharedTier) | undefined = undefined,
): ScopeCache {
  const memory = new LRUCache<bigint, ScopeEntry>({ max: entriesMax, ttl: scopeTtlMs });
  const flights = new Map<bigint, Promise<ScopeEntry>>();
  const counts = { memoryHits: 0, sharedHits: 0, misses: 0, joined: 0, negativeHits: 0 };
  let waiting = 0;
  /** Undefined until the first answer. */
  let current: bigint | undefined;
  let warm: (() => Promise<void>) | undefined;
  let warmTimer: NodeJS.Timeout | undefined;

  const moveTo = (orgVersion: bigint): boolean => {
    if (orgVersion === current) return false;
    const isFirst = current === undefined;
    current = orgVersion;
    memory.clear();
    flights.clear();
    if (warm && !isFirst) {
      clearTimeout(warmTimer);
      warmTimer = setTimeout(() => void warm?.(), warmDelayMs);
    }
    return !isFirst;
  };
  const isNewer = (orgVersion: bigint): boolean => current === undefined || orgVersion > current;
  const shared = createShared?.((orgVersion) => {
    if (isNewer(orgVersion)) moveTo(orgVersion);
  });

  const find = async (viewerUserId: bigint, resolve: ResolveEntry): Promise<ScopeEntry> => {
    const found = current === undefined ? undefined : await shared?.get(viewerUserId, current);
    if (found) {
      counts.sharedHits += 1;
      if (found.scope === null) counts.negativeHits += 1;
    } else counts.misses += 1;
    const entry = found ?? (await resolve(viewerUserId));
    if (isNewer(entry.orgVersion) && moveTo(entry.orgVersion)) shared?.announce(entry.orgVersion);
    if (entry.orgVersion === current) memory.set(viewerUserId, entry);
    if (!found) shared?.set(entry);
    return entry;
  };

  const wait = async (signal: AbortSignal, flight: Promise<ScopeEntry>): Promise<ScopeEntry> => {
    waiting += 1;
    try {
      return await untilCallerLeaves(signal, flight, () => undefined);
    } finally {
      waiting -= 1;
    }
  };

  const get: ScopeCache['get'] = async (viewerUserId, signal, resolve) => {
    const known = memory.get(viewerUserId);
    if (known) {
      counts.memoryHits += 1;
      if (known.scope === null) counts.negativeHits += 1;
      return known;
    }
    if (waiting >= waitingMax) throw tooManyWait;
    const joined = flights.get(viewerUserId);
    if (joined) {
      counts.joined += 1;
      try {
        return await wait(signal, joined);
      } catch (error) {
        // Who began the flight may have had less time than who joined it.
        if (signal.aborted || !isLeaving(error)) throw error;
        return get(viewerUserId, signal, resolve);
      }
    }
    const flight = find(viewerUserId, resolve);
    flights.set(viewerUserId, flight);
    const land = (): void => {
      if (flights.get(viewerUserId) === flight) flights.delete(viewerUserId);
    };
    flight.then(land, land);
    return wait(signal, flight);
  };

  return {
    get,
    observe: (orgVersion) => {
      if (moveTo(orgVersion)) shared?.announce(orgVersion);
    },
    keepWarm: async (viewerUserIds, resolve) => {
      const forever = new AbortController().signal;
      warm = async () => {
        const queue = [...viewerUserIds];
        const worker = async (): Promise<void> => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            await get(next, forever, resolve).catch(() => undefined);
          }
        };
        await Promise.all(Array.from({ length: warmAtOnce }, worker));
      };
      await warm();
    },
    counters: () => {
      const hits = counts.memoryHits + counts.sharedHits + counts.joined;
      const questions = hits + counts.misses;
      return {
        ...counts,
        hitRatio: questions === 0 ? 1 : hits / questions,
        sharedErrors: shared?.errors ?? 0,
        sharedRejected: shared?.rejected ?? 0,
        entries: memory.size,
      };
    },
    close: async () => {
      warm = undefined;
      clearTimeout(warmTimer);
      await shared?.close();
    },
  };
}

const isLeaving = (error: unknown): boolean =>
  error instanceof DomainError && (error.reason === 'CANCELLED' || error.reason === 'DEADLINE_EXCEEDED');
