import type { DomainError, User } from '@finance/domain';
import { createLogger, type RpcContext } from '@finance/service-kit';
import { createUser, getFunds, moveUser, resolveScope, visibleFundIds } from '@finance/store';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScopeCache } from '@finance/cache';
import { createViewerSnapshots } from './viewer-snapshots.ts';

const user = (userId: bigint, parentUserId: bigint | null): User => ({
  userId,
  name: `person ${userId}`,
  role: 'supervisor',
  department: '',
  parentUserId,
});
/** 2 and 3 report to 1; fund 3 is handled by 3. */
const company = {
  users: [user(1n, null), user(2n, 1n), user(3n, 2n)],
  orders: [],
  customers: [],
  funds: [
    {
      fundId: 3n,
      handlerUserId: 3n,
      orderId: null,
      customerId: null,
      amountCents: 1n,
      currencyCode: 'EUR',
      status: 'pending' as const,
      createdAtMicros: 0,
      updatedAtMicros: 0,
    },
  ],
};

const { signal } = new AbortController();
const context: RpcContext = {
  signal,
  draining: signal,
  deadlineMs: undefined,
  requestId: 'test',
  log: createLogger({ name: 'test', level: 'silent' }),
  caller: { subject: 'test', userId: undefined, capabilities: new Set() },
  callerAddress: 'in-process',
};

const databases = await withTestDatabases(import.meta.url);

describe.each(databases)('viewer snapshots on $name', ({ database }) => {
  beforeEach(() => insertDataSet(database, company));

  const resolve = (viewerUserId: bigint) => database.snapshot(signal, (session) => resolveScope(session, viewerUserId));
  const snapshotsWith = (scopeOf: typeof resolve) =>
    createViewerSnapshots({
      database,
      scopes: createScopeCache(),
      resolve: async (viewerUserId) => {
        const scope = await scopeOf(viewerUserId);
        return { viewerUserId, orgVersion: scope.orgVersion, scope };
      },
    });
  const takeAway = () =>
    database.transaction(signal, (session) =>
      moveUser(session, { userId: 3n, newParentUserId: 1n, validateOnly: false }),
    );
  /** The org changes after the scope was resolved and before the funds are read. */
  const resolveThenTakeAway = async (viewerUserId: bigint) => {
    const scope = await resolve(viewerUserId);
    await takeAway();
    return scope;
  };

  it('a scope that grew old before the read is resolved again', async () => {
    const viewers = snapshotsWith(resolveThenTakeAway);
    const visible = await viewers.read(2n, context, (session, scope) => visibleFundIds(session, scope, [3n]));
    expect(visible.size).toBe(0);
  });

  it('without the version check the same race shows a fund that was taken away', async () => {
    const scope = await resolveThenTakeAway(2n);
    const visible = await database.snapshot(signal, (session) => visibleFundIds(session, scope, [3n]));
    expect(visible.size).toBe(1);
  });

  it('a cached scope is asked for once while the org stands still, and again after it moved', async () => {
    let resolved = 0;
    const viewers = snapshotsWith((id) => ((resolved += 1), resolve(id)));
    const sees = () => viewers.read(2n, context, (session, scope) => visibleFundIds(session, scope, [3n]));
    expect([(await sees()).size, (await sees()).size, resolved]).toEqual([1, 1, 1]);
    await takeAway();
    expect([(await sees()).size, resolved]).toEqual([0, 2]);
  });

  it('a viewer who is known not to exist is seen as soon as they do', async () => {
    const scopes = createScopeCache();
    let resolved = 0;
    const viewers = createViewerSnapshots({
      database,
      scopes,
      resolve: async (viewerUserId) => {
        resolved += 1;
        try {
          const scope = await resolve(viewerUserId);
          return { viewerUserId, orgVersion: scope.orgVersion, scope };
        } catch (error) {
          const orgVersion = BigInt((error as DomainError).metadata['org_version']!);
          return { viewerUserId, orgVersion, scope: null };
        }
      },
    });
    const role = () => viewers.read(9n, context, async (_, scope) => scope.role);
    const unknown = expect.objectContaining({ reason: 'VIEWER_NOT_FOUND' }) as DomainError;
    await expect(role()).rejects.toThrow(unknown);
    await expect(role()).rejects.toThrow(unknown);
    expect([resolved, scopes.counters().negativeHits]).toEqual([1, 1]);
    await database.transaction(signal, (session) => createUser(session, user(9n, 1n)));
    expect(await role()).toBe('supervisor');
  });

  it('gives up with CONFLICT when the org never stands still', async () => {
    let there = false;
    const viewers = snapshotsWith(async (id) => {
      const scope = await resolve(id);
      there = !there;
      await database.transaction(signal, (session) =>
        moveUser(session, { userId: 3n, newParentUserId: there ? 1n : 2n, validateOnly: false }),
      );
      return scope;
    });
    const read = viewers.read(2n, context, (session) => getFunds(session, [3n]));
    await expect(read).rejects.toThrow(expect.objectContaining({ reason: 'CONFLICT' }) as DomainError);
  });
});

describe('a replica', () => {
  const [primary] = databases;
  const replicas = databases.slice(1);

  it.each(replicas)('that is behind the org ($name) answers nothing with a scope it does not know', async (replica) => {
    await Promise.all([primary!, replica].map(({ database }) => insertDataSet(database, company)));
    for (let i = 0; i < 3; i += 1) await insertDataSet(primary!.database, company);
    const asked: string[] = [];
    const viewers = createViewerSnapshots({
      database: primary!.database,
      chooseReader: async () => replica.database,
      scopes: createScopeCache(),
      resolve: async (viewerUserId) => {
        const scope = await primary!.database.snapshot(signal, (session) => resolveScope(session, viewerUserId));
        return { viewerUserId, orgVersion: scope.orgVersion, scope };
      },
    });
    const seen = await viewers.read(
      2n,
      context,
      async (session, scope) => {
        asked.push(session.dialect.name);
        return visibleFundIds(session, scope, [3n]);
      },
      { kind: 'any' },
    );
    expect([seen.size, asked]).toEqual([1, [primary!.name]]);
  });
});
