import { buildOrgTree, type User } from '@finance/domain';
import { userColumns, userFromRow, type Database } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { openFilled } from '../database/open-filled.ts';
import { latencyOf } from '../latency.ts';
import type { HierarchyCell, HierarchyResults } from '../result-types.ts';
import { pickTops } from './pick-tops.ts';
import { reportsByManager, subtreeOf } from './subtree.ts';
import { hierarchyWays, type HierarchyWay } from './ways.ts';

/** The options of `hierarchy`, as parsed. */
export interface HierarchyFlags extends DatabaseFlags {
  readonly viewers?: readonly string[];
  readonly depths: readonly number[];
  readonly iterations: number;
}

/** Enough people for teams of every size. */
export const hierarchyRecordsDefault = 20_000;

/** Measures the ways to find the people below somebody. A wrong list of people is a problem. */
export function hierarchy(
  flags: HierarchyFlags,
  options: RunOptions,
  ways: readonly HierarchyWay[] = hierarchyWays,
): Promise<BenchOutcome<'hierarchy'>> {
  const empty: HierarchyResults = { iterations: flags.iterations, cells: [] };
  return runBench('hierarchy', empty, options, async (run) => {
    const { generated, target } = await benchTarget(flags, hierarchyRecordsDefault, run.progress);
    const { database, facts } = await openFilled(target, generated);
    try {
      run.say(databaseText(facts));
      const users = await readUsers(database, run.signal);
      const { cyclicUserIds } = buildOrgTree(users);
      if (cyclicUserIds.length > 0) throw new BenchError('the org has a cycle; see `npx nx run seeder:doctor`');
      const reports = reportsByManager(users);
      const cells: HierarchyCell[] = [];
      for (const top of pickTops(users, flags.viewers)) {
        const { levels } = subtreeOf(top, reports);
        const subtreeSize = levels.reduce((sum, level) => sum + level.length, 0);
        run.say(`user ${top}: ${count(subtreeSize)} people on ${levels.length} levels`);
        for (const depthMax of [null, ...flags.depths.filter((depth) => depth < levels.length - 1)]) {
          const expected = levels
            .slice(0, depthMax === null ? undefined : depthMax + 1)
            .flat()
            .sort(byNumber);
          for (const way of ways) {
            const measured = await measureWay(database, way, top, depthMax, expected, flags.iterations, run.signal);
            const base = { userId: String(top), subtreeSize, height: levels.length - 1, depthMax, way: way.name };
            if (measured.wrong) run.problem(`${way.name}, user ${top}, depth ${depthMax ?? 'all'}: wrong people`);
            const { latency, people } = measured;
            cells.push({ ...base, people, latency, ratioToRecursiveCte: null });
            run.update({ ...empty, cells: withRatios(cells) }, facts);
          }
        }
      }
    } finally {
      await database.close();
    }
  });
}

async function measureWay(
  database: Database,
  way: HierarchyWay,
  top: bigint,
  depthMax: number | null,
  expected: readonly bigint[],
  iterations: number,
  signal: AbortSignal,
): Promise<Pick<HierarchyCell, 'people' | 'latency'> & { wrong: boolean }> {
  const statement = way.statement(top, depthMax);
  if (!statement) return { people: null, latency: null, wrong: false };
  const times: number[] = [];
  // The first call is not timed: it shows that the answer is right, and warms up.
  for (let call = 0; call <= iterations; call += 1) {
    const { ms, rows } = await database.snapshot(signal, async (session) => {
      const startedAt = performance.now();
      const rows = await session.all(statement);
      return { rows, ms: performance.now() - startedAt };
    });
    const found = rows.map((row) => row['id'] as bigint).sort(byNumber);
    if (found.length !== expected.length || found.some((id, i) => id !== expected[i])) {
      return { people: null, latency: null, wrong: true };
    }
    if (call > 0) times.push(ms);
  }
  return { people: expected.length, latency: latencyOf(times), wrong: false };
}

function readUsers(database: Database, signal: AbortSignal): Promise<User[]> {
  return database.snapshot(signal, async (session) =>
    (await session.all(sql`SELECT ${userColumns} FROM users u`)).map(userFromRow),
  );
}

function withRatios(cells: readonly HierarchyCell[]): HierarchyCell[] {
  return cells.map((cell) => {
    const base = cells.find(
      ({ depthMax, userId, way }) => way === 'recursive-cte' && userId === cell.userId && depthMax === cell.depthMax,
    );
    const ratio = cell.latency && base?.latency ? cell.latency.p50Ms / base.latency.p50Ms : null;
    return { ...cell, ratioToRecursiveCte: ratio };
  });
}

const byNumber = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
