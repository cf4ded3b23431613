import { orgDepthMax, type User } from '@finance/domain';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createUser } from './create-user.ts';
import { moveUser } from './move-user.ts';
import { resolveScope } from './resolve-scope.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;

const person = (userId: bigint, parentUserId: bigint | null): User => ({
  userId,
  name: 'x',
  role: 'staff',
  department: '',
  parentUserId,
});
const people = [person(1n, null), person(2n, 1n), person(3n, 2n), person(4n, 1n), person(5n, 4n)];

describe.each(databases)('writes of an org on $name', ({ database }) => {
  const reset = (users: readonly User[]) => insertDataSet(database, { users, orders: [], customers: [], funds: [] });
  const create = (user: User) => database.transaction(signal, (session) => createUser(session, user));
  const move = (userId: bigint, newParentUserId: bigint | null) =>
    database.transaction(signal, (session) => moveUser(session, { userId, newParentUserId, validateOnly: false }));
  const everything = () =>
    database.snapshot(signal, async (session) => ({
      users: await session.all(sql`SELECT * FROM users ORDER BY id`),
      closure: await session.all(sql`SELECT * FROM user_hierarchy ORDER BY user_id, subordinate_id`),
      version: await session.all(sql`SELECT version FROM org_state`),
    }));

  const disturbances: readonly { by: string; statement: SQL }[] = [
    { by: 'a parent_id', statement: sql`UPDATE users SET parent_id = 5 WHERE id = 3` },
    { by: 'an interval', statement: sql`UPDATE users SET tree_right = tree_right + 1 WHERE id = 2` },
    { by: 'a lost closure row', statement: sql`DELETE FROM user_hierarchy WHERE user_id = 1 AND subordinate_id = 3` },
    { by: 'a wrong closure row', statement: sql`INSERT INTO user_hierarchy VALUES (2, 5, 2)` },
    { by: 'a cycle', statement: sql`UPDATE users SET parent_id = 3 WHERE id = 2` },
    { by: 'an inserted user', statement: sql`INSERT INTO users VALUES (9, 'x', 'staff', '', 2, 0, 0)` },
  ];
  it.each(disturbances)('refuse to build on $by that was written by other means', async ({ statement }) => {
    await reset(people);
    await database.transaction(signal, (session) => session.run(statement));
    const before = await everything();
    await expect(move(2n, 4n)).rejects.toMatchObject({
      reason: 'INTERNAL',
      message: expect.stringContaining('seeder:doctor -- --repair') as string,
    });
    expect(await everything()).toEqual(before);
  });

  it('give no scope to somebody at another person’s place, nor to that person', async () => {
    await reset(people);
    const scopeOf = (userId: bigint) => database.snapshot(signal, (session) => resolveScope(session, userId));
    expect((await scopeOf(1n)).subordinateCount).toBe(4);
    await database.transaction(signal, (session) =>
      session.run(sql`INSERT INTO users VALUES (9, 'x', 'supervisor', '', 2, 0, 4)`),
    );
    await expect(scopeOf(9n)).rejects.toMatchObject({ reason: 'INTERNAL' });
    await expect(scopeOf(1n)).rejects.toMatchObject({ reason: 'INTERNAL' });
    expect((await scopeOf(2n)).subordinateCount).toBe(1);
  });

  it('find a cycle by parent_id even when the intervals know nothing of it', async () => {
    await reset(people);
    await database.transaction(signal, (session) => session.run(sql`UPDATE users SET parent_id = 3 WHERE id = 4`));
    await expect(move(2n, 5n)).rejects.toMatchObject({ reason: 'ORG_CYCLE' });
  });

  it('refuse a level beyond the limit, for a new user and for a moved subtree, and take the last one', async () => {
    const chain = Array.from({ length: orgDepthMax - 1 }, (_, i) => person(BigInt(i + 1), i === 0 ? null : BigInt(i)));
    await reset([...chain, person(200n, null), person(201n, 200n)]);
    const last = BigInt(orgDepthMax - 1);
    await expect(move(200n, last)).rejects.toMatchObject({ reason: 'ORG_TOO_DEEP' });
    await move(201n, last);
    await expect(create(person(0n, 201n))).rejects.toMatchObject({ reason: 'ORG_TOO_DEEP' });
    await create(person(0n, last));
  });
});
