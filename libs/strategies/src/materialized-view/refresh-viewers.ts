import { DomainError } from '@finance/domain';
import { named, orgVersion, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { compareWithRule, scopeIfThere } from './inconsistencies.ts';
import { viewerStates } from './viewer-state.ts';

const namedSql = named('strategies/materialized-view/refresh-viewers');

/** What was written. */
export interface RefreshCounts {
  readonly viewers: number;
  /** Rows of these viewers afterwards. */
  readonly rows: number;
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
}

/** Rows in one statement: some 20,000 bytes. */
const batchRows = 1_000;
const microsPerMs = 1_000;

/**
 * Writes what the view lacks and removes what it has too much for viewers whose rows the session has locked. `position`
 * was read before the session's first consistent read, so that whatever came later counts as unknown.
 */
export async function refreshViewers(
  session: SqlSession,
  viewers: readonly bigint[],
  position: string,
  rowsMax: number,
): Promise<RefreshCounts> {
  const version = await orgVersion(session);
  const own = new Set(viewers);
  const rowsOfOthers = (await viewerStates(session))
    .filter(({ viewerUserId }) => !own.has(viewerUserId))
    .reduce((sum, { rowCount }) => sum + rowCount, 0);
  const counts = { viewers: 0, rows: 0, rowsAdded: 0, rowsRemoved: 0 };
  for (const viewer of viewers) {
    const scope = await scopeIfThere(session, viewer);
    const { missing, rightCount, shownWrongly } = await compareWithRule(session, viewer, scope);
    const rows = rightCount + missing.length;
    counts.rows += rows;
    counts.rowsAdded += missing.length;
    counts.rowsRemoved += shownWrongly.length;
    if (rowsOfOthers + counts.rows > rowsMax) throw tooManyRows(viewer, rowsMax);
    await removeRows(session, viewer, shownWrongly);
    await addRows(session, viewer, missing);
    if (scope) {
      counts.viewers += 1;
      await session.run(namedSql`UPDATE materialized_viewers SET row_count = ${rows}, org_version = ${version},
        position = ${position}, refreshed_at = ${session.dialect.instantParam(Date.now() * microsPerMs)}
        WHERE viewer_user_id = ${viewer}`);
    } else await session.run(namedSql`DELETE FROM materialized_viewers WHERE viewer_user_id = ${viewer}`);
  }
  return counts;
}

async function removeRows(session: SqlSession, viewer: bigint, fundIds: readonly bigint[]): Promise<void> {
  for (const batch of inBatches(fundIds, batchRows)) {
    await session.run(
      namedSql`DELETE FROM materialized_funds WHERE viewer_user_id = ${viewer} AND fund_id IN (${idList(batch)})`,
    );
  }
}

async function addRows(session: SqlSession, viewer: bigint, fundIds: readonly bigint[]): Promise<void> {
  for (const batch of inBatches(fundIds, batchRows)) {
    const values = batch.map((fundId) => `(${viewer},${fundId})`).join(',');
    await session.run(namedSql`INSERT INTO materialized_funds (viewer_user_id, fund_id) VALUES ${sql.raw(values)}`);
  }
}

const tooManyRows = (viewer: bigint, rowsMax: number): DomainError =>
  new DomainError(
    'OVERLOADED',
    `with viewer ${viewer} the materialized view would hold more than ${rowsMax} rows; refresh it for fewer viewers, or for viewers who see less`,
    { viewer_user_id: String(viewer), rows_max: String(rowsMax) },
  );
