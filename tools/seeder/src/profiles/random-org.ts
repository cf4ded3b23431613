import type { Role } from '@finance/domain';
import { uniformBelow } from '../random/distributions.ts';
import { randomField } from '../random/random-field.ts';
import { departments } from './departments.ts';
import { personNames } from './person-names.ts';
import type { Person } from './profile.ts';

/**
 * An org in which role, department and parent are independent of each other: the parent is uniform over the people
 * before, at most the first `parentIdMax`. User 1 is the root and an admin.
 */
export function randomPeople(
  count: number,
  seed: number,
  choices: { readonly roleOf: (draw: number) => Role; readonly parentIdMax: number },
): Person[] {
  const nameOf = personNames(seed);
  const role = randomField(seed, 'users/role');
  const department = randomField(seed, 'users/department');
  const parent = randomField(seed, 'users/parent');
  return Array.from({ length: count }, (_, index) => {
    const userId = index + 1;
    return {
      userId,
      name: nameOf(userId),
      role: userId === 1 ? 'admin' : choices.roleOf(role(userId)),
      department: departments[uniformBelow(departments.length, department(userId))]!,
      parentUserId: userId === 1 ? null : 1 + uniformBelow(Math.min(userId - 1, choices.parentIdMax), parent(userId)),
    };
  });
}
