import { buildOrgTree, type User } from '@finance/domain';
import { BenchError } from '../cli/bench-error.ts';
import { pickViewers } from '../questions/pick-viewers.ts';

/**
 * People of every subtree size, whatever their role: those of the viewers by size, and the top of the largest tree; or
 * the given ones. @throws BenchError for an id that nobody has
 */
export function pickTops(users: readonly User[], ids: readonly string[] | undefined): bigint[] {
  if (ids !== undefined) {
    const known = new Map(users.map(({ userId }) => [String(userId), userId]));
    return ids.map((id) => {
      const userId = known.get(id);
      if (userId === undefined) throw new BenchError(`no user '${id}' in this database`);
      return userId;
    });
  }
  // An admin's size is not their subtree's.
  const byRole = pickViewers(users, () => true).filter(({ user }) => user.role !== 'admin');
  const { intervals } = buildOrgTree(users);
  const size = (userId: bigint): number => intervals.get(userId)!.right - intervals.get(userId)!.left;
  const largest = [...intervals.keys()].reduce((best, id) => (size(id) > size(best) ? id : best));
  return [...new Set([...byRole.map(({ user }) => user.userId), largest])].sort((a, b) => size(a) - size(b));
}
