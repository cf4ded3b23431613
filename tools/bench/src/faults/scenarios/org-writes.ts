import { buildOrgTree, DomainError, type User } from '@finance/domain';
import { openProtectedDatabase } from '@finance/resilience';
import { userColumns, userFromRow, type Database } from '@finance/schema';
import { moveUser, resolveScope, type MoveResult } from '@finance/store';
import { insertDataSet } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { fillCompany, startPrivateMysql } from '../private-mysql.ts';
import { partOf, type FaultScenario } from '../scenario.ts';

const pairsFull = 1_000;
/** Subtrees of five people of their own, all hurt at once. */
const lanes = 10;
const transactionsFull = 10_000;
const writers = 32;
const callMaxMs = 30_000;

const person = (userId: number, parentUserId: number | null): User => ({
  userId: BigInt(userId),
  name: `person ${userId}`,
  role: 'supervisor',
  department: '',
  parentUserId: parentUserId === null ? null : BigInt(parentUserId),
});

/** In each lane 1 is above 2 and 3, 4 is below 2 and 5 below 3. */
const laneUsers = (lane: number): User[] => {
  const base = lane * 5;
  return [null, 1, 1, 2, 3].map((parent, index) => person(base + index + 1, parent === null ? null : base + parent));
};

/** Moves a person, within a deadline. */
async function move(database: Database, userId: number, newParentUserId: number): Promise<MoveResult> {
  const { value } = await database.transaction(AbortSignal.timeout(callMaxMs), (session) =>
    moveUser(session, { userId: BigInt(userId), newParentUserId: BigInt(newParentUserId), validateOnly: false }),
  );
  return value;
}

/** People on or below a cycle, and people whose stored interval does not fit the tree that `parent_id` makes. */
async function outOfTree(database: Database): Promise<number> {
  const rows = await database.snapshot(AbortSignal.timeout(callMaxMs), (session) =>
    session.all(sql`SELECT ${userColumns}, u.tree_left, u.tree_right FROM users u`),
  );
  const users = rows.map((row) => userFromRow(row));
  const { intervals, cyclicUserIds } = buildOrgTree(users);
  const stored = new Map(
    rows.map((row, index) => [
      users[index]!.userId,
      { left: Number(row['tree_left']), right: Number(row['tree_right']) },
    ]),
  );
  const places = new Set([...stored.values()].map(({ left }) => left));
  const wrong = users.filter(({ userId, parentUserId }) => {
    const { left, right } = stored.get(userId)!;
    const built = intervals.get(userId);
    const above = parentUserId === null ? undefined : stored.get(parentUserId);
    const isSize = built !== undefined && right - left === built.right - built.left;
    return !isSize || (above !== undefined && !(above.left < left && right <= above.right));
  });
  return cyclicUserIds.length + wrong.length + (users.length - places.size);
}

async function onPrivateDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const mysql = await startPrivateMysql();
  try {
    await fillCompany(mysql.url);
    const served = await openProtectedDatabase({ engine: 'mysql', url: mysql.url }, [], {
      info: () => undefined,
      warn: () => undefined,
    });
    try {
      return await work(served.database);
    } finally {
      await served.close();
    }
  } finally {
    await mysql.stop();
  }
}

/** Pairs of moves that cross, with a self-move and a ring of three now and then, in ten subtrees at once. */
export const crossingMoves: FaultScenario = (scale) =>
  onPrivateDatabase(async (database) => {
    const users = Array.from({ length: lanes }, (_, lane) => laneUsers(lane)).flat();
    await insertDataSet(database, { users, orders: [], customers: [], funds: [] });
    const pairs = partOf(pairsFull, scale);
    let left = pairs;
    let bothCommitted = 0;
    let selfMoves = 0;
    let unexpected = 0;
    const refusedAsCycle = (end: PromiseSettledResult<unknown>): boolean =>
      end.status === 'rejected' && end.reason instanceof DomainError && end.reason.reason === 'ORG_CYCLE';
    const runLane = async (lane: number): Promise<void> => {
      const [one, two, three, four, five] = [1, 2, 3, 4, 5].map((index) => lane * 5 + index) as [
        number,
        number,
        number,
        number,
        number,
      ];
      for (; left > 0 && !scale.signal.aborted;) {
        left -= 1;
        // Crossing: each goes below the other's subordinate. Ring: one below four, while two and three cross.
        const ends = await Promise.allSettled([
          move(database, two, five),
          move(database, three, four),
          move(database, two, two),
          move(database, one, four),
        ]);
        const [first, second, self, ring] = ends;
        if (first!.status === 'fulfilled' && second!.status === 'fulfilled') bothCommitted += 1;
        if (!refusedAsCycle(self!)) selfMoves += 1;
        unexpected += [first!, second!, ring!].filter(
          (end) => end.status === 'rejected' && !refusedAsCycle(end),
        ).length;
        await move(database, two, one);
        await move(database, three, one);
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
    scale.signal.throwIfAborted();
    return {
      bars: [
        { name: 'pairs of which both committed', figure: bothCommitted, unit: '', max: 0 },
        { name: 'self-moves that were not refused as a cycle', figure: selfMoves, unit: '', max: 0 },
        { name: 'moves that failed for another reason than a cycle', figure: unexpected, unit: '', max: 0 },
        { name: 'people out of the tree', figure: await outOfTree(database), unit: '', max: 0 },
      ],
      facts: { pairs, lanes },
    };
  });

/** Many writers that change the org at once: every commit has an org version of its own, and none is lost. */
export const lostUpdates: FaultScenario = (scale) =>
  onPrivateDatabase(async (database) => {
    const users = Array.from({ length: writers }, (_, lane) => laneUsers(lane)).flat();
    await insertDataSet(database, { users, orders: [], customers: [], funds: [] });
    const versionNow = async (): Promise<bigint> =>
      (await database.snapshot(AbortSignal.timeout(callMaxMs), (session) => resolveScope(session, 1n))).orgVersion;
    const before = await versionNow();
    const transactions = partOf(transactionsFull, scale);
    const versions: bigint[] = [];
    let left = transactions;
    let committed = 0;
    let retried = 0;
    let backwards = 0;
    const writer = async (index: number): Promise<void> => {
      let last = before;
      for (let round = 0; left > 0 && !scale.signal.aborted; round += 1) {
        left -= 1;
        // The writer's own person goes to and fro between the tops of two subtrees: every move is a change.
        const target = ((index + (round % 2)) % writers) * 5 + 1;
        for (let done = false; !done;) {
          try {
            const { orgVersion, affectedUserCount } = await move(database, index * 5 + 4, target);
            if (orgVersion < last) backwards += 1;
            last = orgVersion;
            if (affectedUserCount > 0) versions.push(orgVersion);
            committed += 1;
            done = true;
          } catch (error) {
            if (!(error instanceof DomainError) || error.reason !== 'CONFLICT') throw error;
            retried += 1;
          }
        }
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: writers }, (_, index) => writer(index)));
    scale.signal.throwIfAborted();
    const seconds = (performance.now() - startedAt) / 1_000;
    const newest = await versionNow();
    const notRaised = versions.filter((version) => version <= before || version > newest).length;
    return {
      bars: [
        { name: 'transactions not done', figure: transactions - committed, unit: '', max: 0 },
        {
          name: 'changes that share an org version',
          figure: versions.length - new Set(versions).size,
          unit: '',
          max: 0,
        },
        {
          name: 'changes without a raise of the org version',
          figure: notRaised,
          unit: '',
          max: 0,
        },
        { name: 'writers that saw the version go back', figure: backwards, unit: '', max: 0 },
        { name: 'people out of the tree', figure: await outOfTree(database), unit: '', max: 0 },
      ],
      facts: {
        writers,
        transactions,
        'org versions': versions.length,
        retried,
        'transactions/s': Math.round(transactions / seconds),
      },
    };
  });
