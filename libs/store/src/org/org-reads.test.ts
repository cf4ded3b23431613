import type { User } from '@finance/domain';
import { arbitraryUsers, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listSubordinates, type SubordinatesQuery } from './list-subordinates.ts';
import { listUsers, type UserListQuery, type UserOrder } from './list-users.ts';

const databases = await withTestDatabases(import.meta.url);
const signal = new AbortController().signal;

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const compareIds = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

describe.each(databases)('reads of the org on $name', ({ name, database }) => {
  const numRuns = name === 'sqlite' ? 60 : 30;
  const reset = (users: readonly User[]) => insertDataSet(database, { users, orders: [], customers: [], funds: [] });

  it('list the users of a role and department in order, page by page, each once', async () => {
    const order: fc.Arbitrary<UserOrder> = fc.record({
      column: fc.constantFrom('user_id', 'name'),
      descending: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        arbitraryUsers(12),
        order,
        fc.option(fc.constantFrom('staff', 'supervisor'), { nil: undefined }),
        fc.option(fc.constantFrom('', 'sales', '財務'), { nil: undefined }),
        async (users, order, role, department) => {
          await reset(users);
          const expected = users
            .filter((user) => role === undefined || user.role === role)
            .filter((user) => department === undefined || user.department === department)
            .sort((a, b) => {
              const byName = order.column === 'name' ? compareBytes(a.name, b.name) : 0;
              return (byName || compareIds(a.userId, b.userId)) * (order.descending ? -1 : 1);
            });
          const listed: User[] = [];
          for (let after: UserListQuery['after']; ;) {
            const query = {
              order,
              pageSize: 3,
              ...(role === undefined ? {} : { role }),
              ...(department === undefined ? {} : { department }),
              ...(after === undefined ? {} : { after }),
            };
            const page = await database.snapshot(signal, (session) => listUsers(session, query));
            expect(page.totalSize).toBe(expected.length);
            listed.push(...page.users);
            if (!page.hasMore) break;
            const last = page.users.at(-1)!;
            after = { value: order.column === 'name' ? last.name : last.userId, userId: last.userId };
          }
          expect(listed).toEqual(expected);
        },
      ),
      { numRuns },
    );
  }, 60_000);

  it('tell departments apart that differ only in spaces at the end', async () => {
    const user: User = { userId: 1n, name: 'x', role: 'staff', department: 'sales ', parentUserId: null };
    await reset([user]);
    const list = (department: string) =>
      database.snapshot(signal, (session) =>
        listUsers(session, { department, order: { column: 'user_id', descending: false }, pageSize: 1 }),
      );
    expect((await list('sales')).totalSize).toBe(0);
    expect((await list('sales ')).users).toEqual([user]);
  });

  it('list everyone below a user by depth and id, page by page, down to the asked depth', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryUsers(12), fc.nat({ max: 3 }), async (users, depthMax) => {
        await reset(users);
        const byId = new Map(users.map((user) => [user.userId, user]));
        const top = users[0]!.userId;
        const depthBelow = (user: User): number => {
          let depth = 0;
          for (let at: User | undefined = user; at; depth += 1) {
            if (at.userId === top) return depth;
            at = at.parentUserId === null ? undefined : byId.get(at.parentUserId);
          }
          return -1;
        };
        const expected = users
          .map((user) => ({ user, depth: depthBelow(user) }))
          .filter(({ depth }) => depth >= 1 && (depthMax === 0 || depth <= depthMax))
          .sort((a, b) => a.depth - b.depth || compareIds(a.user.userId, b.user.userId));
        const listed = [];
        for (let after: SubordinatesQuery['after']; ;) {
          const query = { userId: top, depthMax, pageSize: 2, ...(after === undefined ? {} : { after }) };
          const page = await database.snapshot(signal, (session) => listSubordinates(session, query));
          expect(page.totalSize).toBe(expected.length);
          listed.push(...page.subordinates);
          if (!page.hasMore) break;
          const last = page.subordinates.at(-1)!;
          after = { depth: last.depth, userId: last.user.userId };
        }
        expect(listed).toEqual(expected);
      }),
      { numRuns },
    );
  }, 60_000);

  it('take the subordinates of an unknown user for an error', async () => {
    await reset([]);
    const list = database.snapshot(signal, (session) =>
      listSubordinates(session, { userId: 1n, depthMax: 0, pageSize: 1 }),
    );
    await expect(list).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
  });
});
