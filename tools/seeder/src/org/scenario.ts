import { orgDepthMax } from '@finance/domain';
import { lockOrg, rebuildOrg } from './rebuild-org.ts';
import { shuffled } from '../random/distributions.ts';
import { randomField } from '../random/random-field.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import { SeederError } from '../seeder-error.ts';
import { indexOrg, type OrgIndex } from './org-index.ts';

/** A supervisor and how many people they are to have below them. */
export interface Scenario {
  readonly supervisorId: number;
  /** At any depth; included. */
  readonly subordinatesMin: number;
  /** Included. */
  readonly subordinatesMax: number;
  readonly seed: number;
}

/** A person before or after. */
export interface ScenarioState {
  readonly role: string;
  readonly subordinateCount: number;
}

export interface ScenarioResult {
  readonly supervisorId: number;
  readonly before: ScenarioState;
  readonly after: ScenarioState;
  /** People who got another manager; whoever stands below them moved along. */
  readonly movedUserCount: number;
}

/**
 * Makes somebody a supervisor with a number of subordinates in a range, drawn by the seed, by moving other people with
 * their subtrees below them, or some of theirs to their manager. Never moves the supervisor or anybody above them, and
 * keeps the org within its depth. All in one transaction, with intervals, closure and the org's version.
 * @throws SeederError when there are not enough people, or nobody to hand people to; nothing is changed then
 */
export async function applyScenario(connection: SqlConnection, scenario: Scenario): Promise<ScenarioResult> {
  const { supervisorId, subordinatesMin, subordinatesMax } = scenario;
  return connection.transaction(async () => {
    await lockOrg(connection);
    const rows = await connection.all('SELECT id, role, parent_id FROM users ORDER BY id');
    const people = rows.map((row) => ({
      userId: Number(row['id']),
      parentUserId: row['parent_id'] === null ? null : Number(row['parent_id']),
    }));
    const user = rows.find((row) => row['id'] === BigInt(supervisorId));
    if (!user) throw new SeederError(`there is no user ${supervisorId}; --supervisor must be the id of one`);
    const org = indexOrg(people);
    const rank = org.rankOf.get(supervisorId)!;
    const count = subordinateCount(org, rank);
    const before = { role: String(user['role']), subordinateCount: count };

    const inRange = count >= subordinatesMin && count <= subordinatesMax;
    const moves = inRange ? [] : planMoves(org, rank, scenario);
    for (const { userId, parentUserId } of moves) {
      await connection.run('UPDATE users SET parent_id = ? WHERE id = ?', [parentUserId, userId]);
    }
    if (before.role !== 'supervisor') {
      await connection.run(`UPDATE users SET role = 'supervisor' WHERE id = ?`, [supervisorId]);
    }
    await rebuildOrg(connection, moves.length > 0 || before.role !== 'supervisor');
    const [after] = await connection.all('SELECT role, tree_right - tree_left AS n FROM users WHERE id = ?', [
      supervisorId,
    ]);
    return {
      supervisorId,
      before,
      after: { role: String(after!['role']), subordinateCount: Number(after!['n']) },
      movedUserCount: moves.length,
    };
  });
}

interface Move {
  readonly userId: number;
  readonly parentUserId: number;
}

const subordinateCount = (org: OrgIndex, rank: number): number => org.rightByRank[rank]! - rank;

function planMoves(org: OrgIndex, rank: number, scenario: Scenario): Move[] {
  const { subordinatesMin, subordinatesMax, seed, supervisorId } = scenario;
  const count = subordinateCount(org, rank);
  const draw = randomField(seed, 'scenario');
  const target = subordinatesMin + Math.floor(draw(supervisorId) * (subordinatesMax - subordinatesMin + 1));
  const isBelow = (other: number): boolean => other > rank && other <= org.rightByRank[rank]!;
  const isAbove = (other: number): boolean => other <= rank && org.rightByRank[other]! >= rank;
  const growing = target > count;
  const possible = org.count - 1 - org.depthByRank[rank]!;
  if (growing && target > possible) {
    throw new SeederError(
      `user ${supervisorId} can have at most ${possible} subordinates in this org of ${org.count}; ask for fewer, or seed more --users`,
    );
  }
  const manager = org.managerByRank[rank]!;
  if (!growing && manager === rank) {
    throw new SeederError(`user ${supervisorId} has ${count} subordinates and no manager to hand some to`);
  }

  // Who takes people in: growing, the supervisor and the managers below; else the supervisor's manager.
  const hosts: number[] = [growing ? rank : manager];
  if (growing) {
    for (let other = rank + 1; other <= org.rightByRank[rank]!; other += 1) {
      if (subordinateCount(org, other) > 0) hosts.push(other);
    }
  }
  const moved = new Uint8Array(org.count);
  const moves: Move[] = [];
  let missing = Math.abs(target - count);
  for (const other of shuffled(org.count, draw)) {
    if (missing === 0) break;
    if (moved[other] === 1) continue;
    if (growing ? isBelow(other) || isAbove(other) : !isBelow(other)) continue;
    const subtree = moved.subarray(other, org.rightByRank[other]! + 1);
    const size = subtree.reduce((unmoved, isMoved) => unmoved + 1 - isMoved, 0);
    if (size > missing) continue;
    const host = hosts[Math.floor(draw(org.count + other) * hosts.length)]!;
    const room = orgDepthMax - 1 - org.depthByRank[host]! - heightOf(org, other) - 1;
    if (room < 0) continue;
    subtree.fill(1);
    moves.push({ userId: org.userIdByRank[other]!, parentUserId: org.userIdByRank[host]! });
    missing -= size;
  }
  const reached = growing ? target - missing : target + missing;
  if (reached < subordinatesMin || reached > subordinatesMax) {
    throw new SeederError(`user ${supervisorId} cannot be given ${target} subordinates; try another range`);
  }
  return moves;
}

/** Levels below a person. */
function heightOf(org: OrgIndex, rank: number): number {
  let height = 0;
  for (let other = rank; other <= org.rightByRank[rank]!; other += 1) {
    height = Math.max(height, org.depthByRank[other]! - org.depthByRank[rank]!);
  }
  return height;
}
