import type { Fund } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { moveUser } from '@finance/store';
import type { DataSet } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { sizedViewers } from '../questions/pick-viewers.ts';

/** A change of who may see what, in a database and in the data that the oracle judges by. */
export interface Change {
  readonly name: string;
  /** Records or people that are changed. */
  readonly size: number;
  apply(session: SqlSession): Promise<unknown>;
  undo(session: SqlSession): Promise<unknown>;
  applyTo(data: DataSet): DataSet;
}

/** Other handlers for as many funds, spread over all of them: each gets the handler of the next one of them. */
export function handlersChange(data: DataSet, wanted: number): Change {
  const size = Math.min(wanted, data.funds.length);
  const step = data.funds.length / Math.max(size, 1);
  const chosen = Array.from({ length: size }, (_, i) => data.funds[Math.floor(i * step)]!);
  const changed = new Map(
    chosen.map((fund, i): [bigint, Fund] => [
      fund.fundId,
      { ...fund, handlerUserId: chosen[(i + 1) % size]!.handlerUserId },
    ]),
  );
  const write = async (session: SqlSession, funds: Iterable<Fund>): Promise<void> => {
    for (const { fundId, handlerUserId } of funds) {
      await session.run(sql`UPDATE financial_funds SET handle_by = ${handlerUserId} WHERE fund_id = ${fundId}`);
    }
  };
  return {
    name: 'funds get other handlers',
    size,
    apply: (session) => write(session, changed.values()),
    undo: (session) => write(session, chosen),
    applyTo: (all) => ({ ...all, funds: all.funds.map((fund) => changed.get(fund.fundId) ?? fund) }),
  };
}

/** The largest team whose manager is one of the viewers leaves the viewer; undefined where no viewer manages anybody. */
export function moveChange(data: DataSet, viewers: ReadonlySet<bigint>): Change | undefined {
  const movers = sizedViewers(data.users)
    .filter(({ user }) => user.parentUserId !== null && viewers.has(user.parentUserId))
    .sort((a, b) => b.peopleCount - a.peopleCount);
  const mover = movers[0];
  if (!mover) return undefined;
  const { parentUserId, userId } = mover.user;
  const move = (newParentUserId: bigint | null) => (session: SqlSession) =>
    moveUser(session, { userId, newParentUserId, validateOnly: false });
  return {
    name: 'a team leaves its manager',
    size: mover.peopleCount,
    apply: move(null),
    undo: move(parentUserId),
    applyTo: (all) => ({
      ...all,
      users: all.users.map((user) => (user.userId === userId ? { ...user, parentUserId: null } : user)),
    }),
  };
}
