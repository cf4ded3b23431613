import { buildOrgTree, type TreeInterval, type User } from '@finance/domain';

/** A user with the number of people whose funds they may see. */
export interface SizedViewer {
  readonly user: User;
  readonly peopleCount: number;
}

/** The subtree sizes of the design's figures; somebody of about each size is taken. */
const wantedSizes = [1, 8, 57, 400, 2_800];

/** Every user whose place in the tree is sound, with the size of their scope. */
export function sizedViewers(users: readonly User[]): SizedViewer[] {
  const { intervals } = buildOrgTree(users);
  return users.flatMap((user) => {
    const place = intervals.get(user.userId);
    return place ? [{ user, peopleCount: peopleCount(user, place, users.length) }] : [];
  });
}

/**
 * Viewers from the smallest scope to everything, each once: staff, supervisors of about 8, 57, 400 and 2,800 people,
 * the largest supervisor and an admin, as far as the company has them. `hasFunds` prefers staff who see something.
 */
export function pickViewers(users: readonly User[], hasFunds: (userId: bigint) => boolean): SizedViewer[] {
  const all = sizedViewers(users);
  const supervisors = all.filter(({ user }) => user.role === 'supervisor').sort(bySize);
  const alone = all.filter(({ peopleCount }) => peopleCount === 1);
  const sized = wantedSizes.slice(1).map((size) => nearest(supervisors, size));
  const admin = all.find(({ user }) => user.role === 'admin');
  const chosen = [
    alone.find(({ user }) => hasFunds(user.userId)) ?? alone[0],
    ...sized,
    supervisors[supervisors.length - 1],
    admin,
  ].filter((viewer) => viewer !== undefined);
  return [...new Map(chosen.map((viewer) => [viewer.user.userId, viewer])).values()].sort(bySize);
}

const bySize = (a: SizedViewer, b: SizedViewer): number =>
  a.peopleCount - b.peopleCount || (a.user.userId < b.user.userId ? -1 : 1);

function nearest(viewers: readonly SizedViewer[], size: number): SizedViewer | undefined {
  const distance = ({ peopleCount }: SizedViewer): number => Math.abs(Math.log(peopleCount / size));
  return viewers.toSorted((a, b) => distance(a) - distance(b) || bySize(a, b))[0];
}

function peopleCount({ role }: User, { left, right }: TreeInterval, everybody: number): number {
  switch (role) {
    case 'admin':
      return everybody;
    case 'supervisor':
      return right - left + 1;
    case 'staff':
      return 1;
  }
}
