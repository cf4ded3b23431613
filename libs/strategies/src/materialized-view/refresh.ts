import { named, type Database, type SqlSession } from '@finance/schema';
import { resolveScope } from '@finance/store';
import { sql, type SQL } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { currentPosition } from './position.ts';
import { refreshViewers, type RefreshCounts } from './refresh-viewers.ts';

const namedSql = named('strategies/materialized-view/refresh');

/** What a refresh did; the view is exact for its viewers as of the refresh. */
export interface RefreshReport extends RefreshCounts {
  readonly durationMs: number;
}

/** How much a view may hold. */
export interface RefreshLimits {
  /** Rows of all viewers together. */
  readonly rowsMax: number;
}

/** Some 100 MB; one viewer of a million funds is half of it. */
export const refreshLimitsDefault: RefreshLimits = { rowsMax: 2_000_000 };

/** Viewers in one statement. */
const batchViewers = 1_000;

/**
 * Computes the rows of these viewers anew, in one transaction, and adds the viewers to the view; an admin gets none.
 * Other viewers' rows stay as they are.
 * @throws DomainError VIEWER_NOT_FOUND, OVERLOADED beyond the limit; nothing is changed then
 */
export function refreshFully(
  database: Database,
  signal: AbortSignal,
  viewerUserIds: readonly bigint[],
  limits: RefreshLimits = refreshLimitsDefault,
): Promise<RefreshReport> {
  const viewers = [...new Set(viewerUserIds)].sort((a, b) => (a < b ? -1 : 1));
  return timed(database, signal, async (session) => {
    for (const batch of inBatches(viewers, batchViewers)) {
      const own = sql`viewer_user_id IN (${idList(batch)})`;
      await lockNamed(session, batch, own);
      await session.run(namedSql`DELETE FROM materialized_funds WHERE ${own}`);
    }
    const position = await currentPosition(session);
    // A viewer who is not there is a mistake here, and nothing but a change in an incremental refresh.
    for (const viewer of viewers) await resolveScope(session, viewer);
    return refreshViewers(session, viewers, position, limits.rowsMax);
  });
}

/**
 * Brings the whole view in line with the rule, in one transaction, and writes only what differs: whatever was changed
 * since, in the org, in assignments or in funds, and by whomever. It reads what the viewers may see instead of asking
 * what has changed, because a view is small and a comparison of all funds is not. Viewers who are gone leave the view.
 * @throws DomainError OVERLOADED beyond the limit; nothing is changed then
 */
export function refreshIncrementally(
  database: Database,
  signal: AbortSignal,
  limits: RefreshLimits = refreshLimitsDefault,
): Promise<RefreshReport> {
  return timed(database, signal, async (session) => {
    const rows = await session.all(
      namedSql`SELECT m.viewer_user_id FROM materialized_viewers m ORDER BY m.viewer_user_id ${session.dialect.forUpdate}`,
    );
    const viewers = rows.map((row) => row['viewer_user_id'] as bigint);
    return refreshViewers(session, viewers, await currentPosition(session), limits.rowsMax);
  });
}

/** Takes viewers and their rows out of the view. */
export async function removeViewers(
  database: Database,
  signal: AbortSignal,
  viewerUserIds: readonly bigint[],
): Promise<void> {
  await database.transaction(signal, async (session) => {
    for (const batch of inBatches(viewerUserIds, batchViewers)) {
      const own = sql`viewer_user_id IN (${idList(batch)})`;
      // The viewers first, as a refresh does: their locks put the two in a queue.
      await session.run(namedSql`DELETE FROM materialized_viewers WHERE ${own}`);
      await session.run(namedSql`DELETE FROM materialized_funds WHERE ${own}`);
    }
  });
}

/** Makes the viewers' rows and locks them: refreshes of the same viewer come one after the other. */
async function lockNamed(session: SqlSession, viewers: readonly bigint[], own: SQL): Promise<void> {
  const { forUpdate, insertIgnore, instantParam } = session.dialect;
  const rows = viewers.map((viewer) => sql`(${viewer}, 0, 0, '', ${instantParam(0)})`);
  await session.run(namedSql`${insertIgnore} INTO materialized_viewers
    (viewer_user_id, row_count, org_version, position, refreshed_at) VALUES ${sql.join(rows, sql`, `)}`);
  await session.all(namedSql`SELECT viewer_user_id FROM materialized_viewers WHERE ${own} ${forUpdate}`);
}

async function timed(
  database: Database,
  signal: AbortSignal,
  work: (session: SqlSession) => Promise<RefreshCounts>,
): Promise<RefreshReport> {
  const startedAt = performance.now();
  const { value } = await database.transaction(signal, work);
  return { ...value, durationMs: performance.now() - startedAt };
}
