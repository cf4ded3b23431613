import type { People } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';

/** Whether a user, given by alias, is one of the people. Index: users_tree_left, or the primary key of users. */
export function isAmong(user: SQL, people: People): SQL {
  if (!('userIds' in people)) return sql`${user}.tree_left BETWEEN ${people.left} AND ${people.right}`;
  // Written out, since parameters are limited to some ten thousands; an id has no quotes to escape.
  return sql`${user}.id IN (${sql.raw(people.userIds.join(','))})`;
}

/** How many people; of an interval the places, some of which a leaver may have left empty. */
export const peopleCountOf = (people: People): number =>
  'userIds' in people ? people.userIds.length : people.right - people.left + 1;
