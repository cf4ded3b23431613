import { ChangeFeedError, type ChangeFeed } from '@finance/change-feed';
import type { Database } from '@finance/schema';
import { createNumbering } from './numbered-changes.ts';
import { OrgChart } from './org-chart.ts';
import { RecentChanges } from './recent-changes.ts';
import type { WatchLimits } from './watch-limits.ts';
import { interrupted, shuttingDown } from './watch-problems.ts';

/** The watchers wait for it. */
const renewMaxMs = 3_000;

/** The one follower at the head. */
export interface SharedFollower {
  readonly recent: RecentChanges;
  readonly chart: OrgChart;
  /** Resolves when no more changes will come. */
  readonly ended: Promise<void>;
}

/**
 * Begins to follow at the present position, until the signal aborts or the feed ends; then the recent changes fail.
 * @throws ChangeFeedError when the database cannot be followed
 */
export async function startFollower(
  feed: ChangeFeed,
  database: Database,
  limits: Pick<WatchLimits, 'bufferedMax' | 'slowMs'>,
  signal: AbortSignal,
): Promise<SharedFollower> {
  await feed.check(signal);
  const from = await feed.position(signal);
  const chart = await database.snapshot(signal, (session) => OrgChart.load(session));
  const recent = new RecentChanges(feed.engine, from, limits.bufferedMax);
  const numbered = createNumbering();
  const lost = new AbortController();
  const following = feed.followPeople(
    from,
    async (batch) => {
      const changes = numbered(batch).map((numberedChange) => {
        chart.apply(numberedChange.change);
        return { ...numberedChange, affectedUserIds: chart.affectedBy(numberedChange.change) };
      });
      await recent.room(changes.length, limits.slowMs, signal);
      recent.add(changes, batch.position);
    },
    {
      signal: AbortSignal.any([signal, lost.signal]),
      onState: ({ state, error }) => {
        // The whole transaction would come again.
        if (state === 'reconnecting' && recent.position === null) {
          recent.fail(interrupted({ cause: error }));
          lost.abort();
        }
      },
    },
  );
  const ended = following.then(
    () => recent.fail(shuttingDown()),
    async (error: unknown) => {
      // Before its watchers resume: their positions are to be refused, also once their numbers are given out again.
      if (error instanceof ChangeFeedError && error.kind === 'history') await renewHistory(feed, from);
      recent.fail(error);
    },
  );
  return { recent, chart, ended };
}

/** A database that cannot note it now is asked again by whoever notices next. */
const renewHistory = (feed: ChangeFeed, known: string): Promise<void> =>
  feed.renewHistory(known, AbortSignal.timeout(renewMaxMs)).catch(() => undefined);
