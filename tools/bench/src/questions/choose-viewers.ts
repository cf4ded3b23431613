import type { DataSet } from '@finance/strategy-contract';
import { BenchError } from '../cli/bench-error.ts';
import type { BenchViewer } from '../result-types.ts';
import type { Judge } from './judge.ts';
import { pickViewers, sizedViewers, type SizedViewer } from './pick-viewers.ts';

/** Viewers of every size, or those with the given ids. @throws BenchError for an id that nobody has */
export function chooseViewers(data: DataSet, judge: Judge, ids: readonly string[] | undefined): BenchViewer[] {
  return chosen(data, ids).map(({ user, peopleCount }) => ({
    userId: String(user.userId),
    name: user.name,
    role: user.role,
    peopleCount,
    visibleFunds: judge.visibleCount(user.userId),
  }));
}

function chosen(data: DataSet, ids: readonly string[] | undefined): SizedViewer[] {
  if (ids === undefined) {
    const handlers = new Set(data.funds.map((fund) => fund.handlerUserId));
    return pickViewers(data.users, (userId) => handlers.has(userId));
  }
  const byId = new Map(sizedViewers(data.users).map((viewer) => [String(viewer.user.userId), viewer]));
  return [...new Set(ids)].map((id) => {
    const viewer = byId.get(id);
    if (viewer) return viewer;
    throw new BenchError(`no viewer '${id}'; \`npx nx run bench:viewer -- --list\` shows some`);
  });
}
