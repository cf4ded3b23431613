import type { Role } from '@finance/domain';
import { roleFromRow } from '@finance/schema';
import { withConnection, type SqlConnection } from '../database/sql-connection.ts';
import type { StoredTarget } from '../database/target.ts';

/** A viewer to try the API with, and why. */
export interface ViewerHint {
  readonly userId: bigint;
  readonly name: string;
  readonly role: Role;
  readonly department: string;
  readonly why: string;
  readonly subordinateCount: number;
  /** Funds they or somebody in their subtree handle: at least so many are visible. Counting stops at the bound. */
  readonly handledFunds: { readonly count: number; readonly isLowerBound: boolean };
}

/** Counting more would make a start wait. */
const handledFundsCountMax = 10_000;
/** Handlers of the first funds; among so many somebody is staff unless the org has none. */
const recentFunds = 1000;

/**
 * Viewers of each kind, as far as there are any: an admin, the largest, a median and a small supervisor, and staff with
 * funds. Takes milliseconds at any number of funds. The schema must be current.
 */
export async function describeViewers(target: StoredTarget): Promise<ViewerHint[]> {
  return withConnection(target, async (connection) => {
    const size = 'tree_right - tree_left';
    const supervisors = await connection.all(
      `SELECT id, ${size} AS n FROM users WHERE role = 'supervisor' AND tree_right > tree_left ORDER BY n DESC, id`,
    );
    const admin = await connection.all(`SELECT id FROM users WHERE role = 'admin' ORDER BY id LIMIT 1`);
    const staff = await connection.all(
      `SELECT u.id AS id FROM users u JOIN (SELECT handle_by FROM financial_funds ORDER BY fund_id LIMIT ${recentFunds}) f
       ON f.handle_by = u.id WHERE u.role = 'staff' ORDER BY u.id LIMIT 1`,
    );
    const chosen = new Map<bigint, string>();
    const choose = (row: { readonly [name: string]: unknown } | undefined, why: string): void => {
      if (row && !chosen.has(row['id'] as bigint)) chosen.set(row['id'] as bigint, why);
    };
    choose(admin[0], 'sees everything');
    choose(supervisors[0], 'the largest supervisor');
    choose(supervisors[Math.floor(supervisors.length / 2)], 'a median supervisor');
    choose(supervisors[supervisors.length - 1], 'a small supervisor');
    choose(staff[0], 'staff, sees their own');
    return Promise.all([...chosen].map(([userId, why]) => describe(connection, userId, why)));
  });
}

async function describe(connection: SqlConnection, userId: bigint, why: string): Promise<ViewerHint> {
  const [user] = await connection.all('SELECT name, role, department, tree_left, tree_right FROM users WHERE id = ?', [
    userId,
  ]);
  const role = roleFromRow({ ...user!, id: userId });
  const left = user!['tree_left'] as bigint;
  const right = role === 'staff' ? left : (user!['tree_right'] as bigint);
  const [funds] = await connection.all(
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM users p JOIN financial_funds f ON f.handle_by = p.id
     WHERE p.tree_left BETWEEN ? AND ? LIMIT ${handledFundsCountMax}) handled`,
    [left, right],
  );
  const count = Number(funds!['n']);
  return {
    userId,
    name: String(user!['name']),
    role,
    department: String(user!['department']),
    why,
    subordinateCount: Number((user!['tree_right'] as bigint) - left),
    handledFunds: { count, isLowerBound: count === handledFundsCountMax },
  };
}
