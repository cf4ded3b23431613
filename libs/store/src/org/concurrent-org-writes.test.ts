import { DomainError, type User } from '@finance/domain';
import { expectOrgInStep, insertDataSet, withTestDatabases } from '@finance/testkit';
import { describe, expect, it } from 'vitest';
import { createUser } from './create-user.ts';
import { getUser } from './get-user.ts';
import { moveUser } from './move-user.ts';
import { resolveScope } from './resolve-scope.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;
const rounds = 40;

const person = (userId: bigint, parentUserId: bigint | null): User => ({
  userId,
  name: `person ${userId}`,
  role: 'supervisor',
  department: '',
  parentUserId,
});

describe.each(databases)('concurrent writes of the org on $name', ({ database }) => {
  const reset = (users: readonly User[]) => insertDataSet(database, { users, orders: [], customers: [], funds: [] });
  const move = (userId: bigint, newParentUserId: bigint | null, expectedOrgVersion?: bigint) =>
    database.transaction(signal, (session) =>
      moveUser(session, {
        userId,
        newParentUserId,
        validateOnly: false,
        ...(expectedOrgVersion === undefined ? {} : { expectedOrgVersion }),
      }),
    );
  const reasonsOf = (ends: readonly PromiseSettledResult<unknown>[]) =>
    ends.flatMap((end) => {
      if (end.status === 'fulfilled') return [];
      expect(end.reason).toBeInstanceOf(DomainError);
      return [(end.reason as DomainError).reason];
    });

  it('lets one of two crossing moves commit, and the other one fails as a cycle', async () => {
    for (let round = 0; round < rounds; round += 1) {
      await reset([person(1n, null), person(2n, 1n), person(3n, 1n), person(4n, 2n), person(5n, 3n)]);
      const ends = await Promise.allSettled([move(2n, 5n), move(3n, 4n)]);
      expect(reasonsOf(ends)).toEqual(['ORG_CYCLE']);
      await expectOrgInStep(database);
    }
  }, 60_000);

  it('never closes a ring of three moves', async () => {
    for (let round = 0; round < rounds; round += 1) {
      await reset([person(1n, null), person(2n, 1n), person(3n, 1n), person(4n, 1n), person(5n, null)]);
      const ends = await Promise.allSettled([move(2n, 3n), move(3n, 4n), move(4n, 2n), move(1n, 5n)]);
      expect(reasonsOf(ends)).toEqual(['ORG_CYCLE']);
      await expectOrgInStep(database);
    }
  }, 60_000);

  it('lets one of many writers with the same expected version commit', async () => {
    await reset([person(1n, null), person(2n, 1n), person(3n, 1n), person(4n, 1n), person(5n, 1n)]);
    const { orgVersion } = await database.snapshot(signal, (session) => resolveScope(session, 1n));
    const ends = await Promise.allSettled([2n, 3n, 4n, 5n].map((userId) => move(userId, null, orgVersion)));
    expect(reasonsOf(ends)).toEqual(['ORG_VERSION_CONFLICT', 'ORG_VERSION_CONFLICT', 'ORG_VERSION_CONFLICT']);
  });

  it('places everyone of many users who are created at once, and one of those with the same id', async () => {
    await reset([person(1n, null), person(2n, 1n)]);
    const create = (user: User) => database.transaction(signal, (session) => createUser(session, user));
    const parents = [null, 1n, 2n, 1n, 2n, null, 1n, 2n];
    const [fresh, same] = await Promise.all([
      Promise.all(parents.map((parent) => create(person(0n, parent)))),
      Promise.allSettled([1n, 2n, null].map((parent) => create(person(2n ** 53n + 1n, parent)))),
    ]);
    expect(reasonsOf(same)).toEqual(['USER_EXISTS', 'USER_EXISTS']);
    expect(new Set(fresh.map(({ value }) => value.userId)).size).toBe(parents.length);
    for (const { value } of fresh) {
      expect(await database.snapshot(signal, (session) => getUser(session, value.userId))).toEqual(value);
    }
    await expectOrgInStep(database);
  });

  it('lets moves and creations run together without a loss', async () => {
    await reset([person(1n, null), person(2n, 1n), person(3n, 1n), person(4n, 3n)]);
    const writes = Array.from({ length: 30 }, (_, i) =>
      i % 3 === 0
        ? database.transaction(signal, (session) => createUser(session, person(100n + BigInt(i), 4n)))
        : move(3n, [null, 1n, 2n][i % 3]!),
    );
    expect(reasonsOf(await Promise.allSettled(writes))).toEqual([]);
    await expectOrgInStep(database);
    const { subordinateCount } = await database.snapshot(signal, (session) => resolveScope(session, 4n));
    expect(subordinateCount).toBe(10);
  });
});
