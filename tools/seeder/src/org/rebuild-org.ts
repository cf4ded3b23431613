import { randomInt } from 'node:crypto';
import { orgDepthMax } from '@finance/domain';
import { markTreeInStep } from '../database/change-triggers.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import { SeederError } from '../seeder-error.ts';
import { checkOrg } from './org-check.ts';

/** How much of the derived org was wrong and is right now. */
export interface OrgRebuild {
  readonly intervals: number;
  readonly closureRowsAdded: number;
  readonly closureRowsRemoved: number;
}

/** Rows of one statement: few enough for SQLite's depth of expressions (1,000). */
const rowsPerStatement = 400;
/** Ids that an error lists. */
const idsShownMax = 10;

/** Holds every other org write back until the transaction ends. To be called first in it. */
export async function lockOrg(connection: SqlConnection): Promise<void> {
  if (connection.engine === 'mysql') await connection.all('SELECT version FROM org_state WHERE id = 1 FOR UPDATE');
}

/**
 * Makes intervals and closure those of `parent_id`, touching only rows that are wrong, and gives the org
 * another version if anything changed or `orgChanged` says so. Inside a transaction that holds {@link lockOrg}.
 * @throws SeederError for a cycle or a tree deeper than {@link orgDepthMax}
 */
export async function rebuildOrg(connection: SqlConnection, orgChanged: boolean): Promise<OrgRebuild> {
  const { tree, wrongIntervals, missingClosureRows, wrongClosureRows } = await checkOrg(connection);
  if (tree.cyclicUserIds.length > 0) {
    throw new SeederError(
      `users ${listIds(tree.cyclicUserIds)} stand on or below a cycle; correct their parent_id first, nothing was changed`,
    );
  }
  let depth = 0;
  for (const interval of tree.intervals.values()) depth = Math.max(depth, interval.depth);
  if (depth >= orgDepthMax) {
    throw new SeederError(`the org has ${depth + 1} levels, at most ${orgDepthMax} are possible; nothing was changed`);
  }

  for (const part of partsOf(wrongClosureRows)) {
    const condition = part.map((row) => `(user_id = ${row.userId} AND subordinate_id = ${row.subordinateId})`);
    await connection.run(`DELETE FROM user_hierarchy WHERE ${condition.join(' OR ')}`);
  }
  for (const part of partsOf(missingClosureRows)) {
    const values = part.map((row) => `(${row.userId}, ${row.subordinateId}, ${row.depth})`);
    await connection.run(`INSERT INTO user_hierarchy (user_id, subordinate_id, depth) VALUES ${values.join(', ')}`);
  }
  for (const part of partsOf(wrongIntervals)) {
    const cases = (side: 'left' | 'right') =>
      part.map(({ userId, interval }) => `WHEN ${userId} THEN ${interval[side]}`).join(' ');
    await connection.run(
      `UPDATE users SET tree_left = CASE id ${cases('left')} END, tree_right = CASE id ${cases('right')} END
       WHERE id IN (${part.map(({ userId }) => userId).join(', ')})`,
    );
  }
  if (orgChanged || wrongClosureRows.length + missingClosureRows.length + wrongIntervals.length > 0) {
    await raiseVersion(connection);
  }
  await markTreeInStep(connection);
  return {
    intervals: wrongIntervals.length,
    closureRowsAdded: missingClosureRows.length,
    closureRowsRemoved: wrongClosureRows.length,
  };
}

/** Ids for a message, the first ones if they are many. */
export function listIds(userIds: readonly bigint[]): string {
  const shown = userIds.slice(0, idsShownMax).join(', ');
  return userIds.length > idsShownMax ? `${shown} and ${userIds.length - idsShownMax} more` : shown;
}

/** A step of the version below this one, so that no other history has the same number. */
const versionStepMax = 2 ** 32;

async function raiseVersion(connection: SqlConnection): Promise<void> {
  const changed = await connection.run('UPDATE org_state SET version = version + 1 + ? WHERE id = 1', [
    randomInt(versionStepMax),
  ]);
  if (changed === 0) await connection.run('INSERT INTO org_state (id, version) VALUES (1, 1)');
}

function* partsOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) yield rows.slice(start, start + rowsPerStatement);
}
