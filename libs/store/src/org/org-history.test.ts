import { DomainError, roles, type User } from '@finance/domain';
import { arbitraryUsers, expectOrgInStep, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUser } from './create-user.ts';
import { getUser } from './get-user.ts';
import { moveUser } from './move-user.ts';
import { resolveScope } from './resolve-scope.ts';
import { updateUser } from './update-user.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;

/** Picks people by number, so that a history fits every org; one past the last stands for nobody. */
type Step =
  | { readonly kind: 'create'; readonly parent: number; readonly userId: bigint; readonly role: User['role'] }
  | { readonly kind: 'update'; readonly user: number; readonly role: User['role'] }
  | { readonly kind: 'move'; readonly user: number; readonly parent: number; readonly validateOnly: boolean };

const pick = fc.nat({ max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      parent: pick,
      userId: fc.constantFrom(0n, 0n, 5n, 2n ** 54n + 1n),
      role: fc.constantFrom(...roles),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('update' as const), user: pick, role: fc.constantFrom(...roles) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('move' as const), user: pick, parent: pick, validateOnly: fc.boolean() }),
  },
);

/** What should come of a move, from parent ids alone. */
function expectedMove(users: ReadonlyMap<bigint, User>, userId: bigint, parentId: bigint | null): string {
  if (!users.has(userId)) return 'USER_NOT_FOUND';
  if (parentId !== null && !users.has(parentId)) return 'REFERENCE_NOT_FOUND';
  return isBelow(users, parentId, userId) ? 'ORG_CYCLE' : 'moved';
}

function isBelow(users: ReadonlyMap<bigint, User>, person: bigint | null, top: bigint): boolean {
  let at: bigint | null = person;
  while (at !== null && at !== top) at = users.get(at)?.parentUserId ?? null;
  return at === top;
}

describe.each(databases)('histories of an org on $name', ({ name, database }) => {
  it('keep intervals and closure in step with parent_id after every write, and refuse what would break the tree', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryUsers(12), fc.array(step, { minLength: 1, maxLength: 8 }), async (people, steps) => {
        await insertDataSet(database, { users: people, orders: [], customers: [], funds: [] });
        const users = new Map(people.map((user) => [user.userId, user]));
        for (const each of steps) await applyStep(users, each);
      }),
      { numRuns: name === 'sqlite' ? 150 : 60 },
    );
  }, 60_000);

  async function applyStep(users: Map<bigint, User>, each: Step): Promise<void> {
    const ids = [...users.keys()];
    const userAt = (index: number): bigint => ids[index % (ids.length + 1)] ?? 987_654_321n;
    const parentAt = (index: number): bigint | null => {
      const place = index % (ids.length + 2);
      return place === ids.length + 1 ? null : userAt(place);
    };
    switch (each.kind) {
      case 'create': {
        const parentUserId = parentAt(each.parent);
        const user: User = { userId: each.userId, name: 'new', role: each.role, department: '', parentUserId };
        const expected =
          parentUserId !== null && !users.has(parentUserId)
            ? 'REFERENCE_NOT_FOUND'
            : users.has(each.userId)
              ? 'USER_EXISTS'
              : 'created';
        const outcome = await outcomeOf(async () => {
          const { value } = await database.transaction(signal, (session) => createUser(session, user));
          expect(value).toEqual({ ...user, userId: each.userId === 0n ? value.userId : each.userId });
          users.set(value.userId, value);
          return 'created';
        });
        expect(outcome).toBe(expected);
        break;
      }
      case 'update': {
        const userId = userAt(each.user);
        const outcome = await outcomeOf(async () => {
          const { value } = await database.transaction(signal, (session) =>
            updateUser(session, userId, { role: each.role }),
          );
          users.set(userId, value);
          return 'updated';
        });
        expect(outcome).toBe(ids.includes(userId) ? 'updated' : 'USER_NOT_FOUND');
        break;
      }
      case 'move': {
        const [userId, newParentUserId] = [userAt(each.user), parentAt(each.parent)];
        const expected = expectedMove(users, userId, newParentUserId);
        const outcome = await outcomeOf(async () => {
          const { value } = await database.transaction(signal, (session) =>
            moveUser(session, { userId, newParentUserId, validateOnly: each.validateOnly }),
          );
          const stays = users.get(userId)!.parentUserId === newParentUserId;
          const size = ids.filter((id) => isBelow(users, id, userId)).length;
          expect(value.affectedUserCount).toBe(stays ? 0 : size);
          expect(value.user).toEqual({ ...users.get(userId), parentUserId: newParentUserId });
          if (!each.validateOnly) users.set(userId, value.user);
          return 'moved';
        });
        expect(outcome).toBe(expected);
        break;
      }
    }
    await expectOrgInStep(database);
    await database.snapshot(signal, async (session) => {
      for (const [userId, user] of users) expect(await getUser(session, userId)).toEqual(user);
    });
  }

  it('change the version exactly when scopes may change', async () => {
    const person = (userId: bigint, parentUserId: bigint | null): User => ({
      userId,
      name: 'x',
      role: 'supervisor',
      department: '',
      parentUserId,
    });
    await insertDataSet(database, {
      users: [person(1n, null), person(2n, 1n), person(3n, 1n)],
      orders: [],
      customers: [],
      funds: [],
    });
    const version = async () => (await database.snapshot(signal, (session) => resolveScope(session, 1n))).orgVersion;
    let last = await version();
    const write = async (work: Parameters<typeof database.transaction>[1]) => {
      const before = last;
      await database.transaction(signal, work);
      last = await version();
      return last > before ? 'raised' : last === before ? 'kept' : 'lowered';
    };
    expect(await write((s) => updateUser(s, 2n, { name: 'y', department: 'z' }))).toBe('kept');
    expect(await write((s) => updateUser(s, 2n, { role: 'supervisor' }))).toBe('kept');
    expect(await write((s) => updateUser(s, 2n, { role: 'staff' }))).toBe('raised');
    expect(await write((s) => moveUser(s, { userId: 3n, newParentUserId: 1n, validateOnly: false }))).toBe('kept');
    expect(await write((s) => moveUser(s, { userId: 3n, newParentUserId: 2n, validateOnly: true }))).toBe('kept');
    expect(await write((s) => moveUser(s, { userId: 3n, newParentUserId: 2n, validateOnly: false }))).toBe('raised');
    expect(await write((s) => createUser(s, person(0n, 3n)))).toBe('raised');
  });
});

async function outcomeOf(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
}
