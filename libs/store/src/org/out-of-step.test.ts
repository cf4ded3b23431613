import { orgDepthMax, type User } from '@finance/domain';
import { insertDataSet, runPlainSql, withTestDatabases } from '@finance/testkit';
import { sql, type SQL } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { assignCustomer } from './assign-customer.ts';
import { createUser } from './create-user.ts';
import { moveUser } from './move-user.ts';
import { resolveScope } from './resolve-scope.ts';
import { updateUser } from './update-user.ts';

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
      reason: 'ORG_OUT_OF_STEP',
      message: expect.stringContaining('seeder:doctor -- --repair') as string,
    });
    expect(await everything()).toEqual(before);
  });

  const scopeOf = (userId: bigint) => database.snapshot(signal, (session) => resolveScope(session, userId));

  it('people are found by parent_id while plain SQL has left the tree out of step', async () => {
    await reset(people);
    expect((await scopeOf(1n)).subordinateCount).toBe(4);
    // At another person's place, with an interval that spans everybody.
    await runPlainSql(database, `INSERT INTO users VALUES (9, 'x', 'supervisor', '', 2, 0, 4)`);
    await runPlainSql(database, `UPDATE users SET role = 'supervisor' WHERE id = 2`);
    expect(await scopeOf(9n)).toMatchObject({ people: { userIds: [9n] }, subordinateCount: 0 });
    expect(await scopeOf(2n)).toMatchObject({ people: { userIds: [2n, 3n, 9n] }, subordinateCount: 2 });
    expect((await scopeOf(1n)).subordinateCount).toBe(5);
  });

  it('a leaver deleted by plain SQL holds up only those whom the gap is about', async () => {
    await reset(people);
    await runPlainSql(database, 'DELETE FROM users WHERE id = 2');
    const meetsGap = { reason: 'ORG_OUT_OF_STEP' };
    // 3 reported to 2 and is a root now.
    await expect(create(person(0n, 3n))).rejects.toMatchObject(meetsGap);
    await expect(move(3n, 5n)).rejects.toMatchObject(meetsGap);
    await expect(move(1n, 4n)).rejects.toMatchObject({ reason: 'ORG_CYCLE' });
    await expect(move(1n, null)).rejects.toMatchObject(meetsGap);
    await expect(create(person(2n, 4n))).rejects.toMatchObject(meetsGap);
    // Others go on, and reads with them.
    await create(person(20n, 4n));
    await create(person(21n, null));
    await move(5n, 20n);
    await move(4n, 21n);
    await database.transaction(signal, (session) => updateUser(session, 3n, { name: 'left behind' }));
    await runPlainSql(database, `INSERT INTO customers (customer_id, name, admin_user_id) VALUES (1, 'c', 2)`);
    const assign = (userId: bigint) => database.transaction(signal, (session) => assignCustomer(session, 1n, userId));
    await expect(assign(2n)).rejects.toMatchObject({ reason: 'REFERENCE_NOT_FOUND' });
    await assign(3n);
    await runPlainSql(database, `UPDATE users SET role = 'supervisor'`);
    expect(await scopeOf(1n)).toMatchObject({ people: { userIds: [1n] } });
    expect(await scopeOf(21n)).toMatchObject({ people: { userIds: [21n, 4n, 20n, 5n] } });
  });

  it('nobody comes to be whom others name as their parent already', async () => {
    await reset([person(1n, null), person(3n, 2n)]);
    await expect(create(person(2n, 1n))).rejects.toMatchObject({
      reason: 'ORG_OUT_OF_STEP',
      message: expect.stringContaining('user 3 reports to 2') as string,
    });
    await move(3n, null);
    await create(person(2n, 1n));
    expect(await scopeOf(3n)).toMatchObject({ people: { left: expect.any(Number) as number } });
  });

  it('own changes keep the tree in step, and anybody’s change gives the org a version of its own', async () => {
    const versions = new Set<bigint>();
    const seen = async () => {
      const { orgVersion, people: found } = await scopeOf(3n);
      versions.add(orgVersion);
      return found && !('userIds' in found);
    };
    await reset(people);
    expect(await seen()).toBe(true);
    await create(person(20n, 4n));
    expect(await seen()).toBe(true);
    await move(5n, 20n);
    expect(await seen()).toBe(true);
    await runPlainSql(database, `UPDATE users SET role = 'supervisor' WHERE id = 3`);
    expect(await seen()).toBe(true);
    await runPlainSql(database, `UPDATE users SET name = 'y', department = 'z' WHERE id = 3`);
    expect(await seen()).toBe(true);
    await runPlainSql(database, 'UPDATE users SET parent_id = 4 WHERE id = 3');
    expect(await seen()).toBe(false);
    // A department and a name are nothing of the org's.
    expect(versions.size).toBe(5);
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
