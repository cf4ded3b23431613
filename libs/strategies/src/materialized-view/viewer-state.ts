import { named, orgVersion, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { isUnchangedSince } from './position.ts';

const namedSql = named('strategies/materialized-view/viewer-state');

/** What a viewer's rows were computed from. */
export interface ViewerState {
  readonly viewerUserId: bigint;
  /** Stored funds; none for an admin, who needs no list. */
  readonly rowCount: number;
  /** Of the org at the refresh. */
  readonly orgVersion: bigint;
  /** The database's position before the refresh; see `currentPosition`. */
  readonly position: string;
  readonly refreshedAtMicros: number;
}

const columns = sql`m.viewer_user_id, m.row_count, m.org_version, m.position, m.refreshed_at`;

/** The state of one viewer's rows; undefined when the view does not have the viewer. */
export async function viewerState(session: SqlSession, viewerUserId: bigint): Promise<ViewerState | undefined> {
  const [row] = await session.all(
    namedSql`SELECT ${columns} FROM materialized_viewers m WHERE m.viewer_user_id = ${viewerUserId}`,
  );
  return row && stateFromRow(row);
}

/** The states of all viewers whom the view has, by id. */
export async function viewerStates(session: SqlSession): Promise<ViewerState[]> {
  const rows = await session.all(namedSql`SELECT ${columns} FROM materialized_viewers m ORDER BY m.viewer_user_id`);
  return rows.map(stateFromRow);
}

/**
 * Whether nothing was committed since the refresh but the refresh itself, so that its rows are exact in this snapshot.
 * False says only that something was: whether it changed anything for the viewer, `findInconsistencies` tells.
 */
export async function isCurrent(session: SqlSession, state: ViewerState): Promise<boolean> {
  // A repair of the tree moves the version alone: the change log holds what the tree is derived from.
  return (await orgVersion(session)) === state.orgVersion && (await isUnchangedSince(session, state.position));
}

const stateFromRow = (row: Row): ViewerState => ({
  viewerUserId: row['viewer_user_id'] as bigint,
  rowCount: Number(row['row_count']),
  orgVersion: row['org_version'] as bigint,
  position: row['position'] as string,
  refreshedAtMicros: Number(row['refreshed_at']),
});
