import { viewerNotFound, type User } from '@finance/domain';

/**
 * The rule's first half read aloud: the ids of the people whose funds a viewer sees; null means everybody.
 * Follows parent ids upwards from each person; no interval, no closure.
 * @throws DomainError VIEWER_NOT_FOUND
 */
export function peopleInView(users: readonly User[], viewerUserId: bigint): ReadonlySet<bigint> | null {
  const byId = new Map(users.map((user) => [user.userId, user]));
  const viewer = byId.get(viewerUserId);
  if (!viewer) throw viewerNotFound(viewerUserId);
  if (viewer.role === 'admin') return null;
  if (viewer.role === 'staff') return new Set([viewerUserId]);

  const people = new Set<bigint>();
  for (const user of users) {
    let person: User | undefined = user;
    while (person && person.userId !== viewerUserId) {
      person = person.parentUserId === null ? undefined : byId.get(person.parentUserId);
    }
    if (person) people.add(user.userId);
  }
  return people;
}
