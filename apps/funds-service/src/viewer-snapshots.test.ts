import { DomainError, type User } from '@finance/domain';
import { orgVersion, type Database, type SqlSession } from '@finance/schema';
import { createLogger, type RpcContext } from '@finance/service-kit';
import { createUser, moveUser, resolveScope, visibleFundIds } from '@finance/store';
import { insertDataSet, runPlainSql, withTestDatabases } from '@finance/testkit';
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

  it('when scopes come too late every time, the one of the read’s own snapshot counts', async () => {
    const before = await resolve(2n);
    await takeAway();
    let resolved = 0;
    const viewers = snapshotsWith(async () => ((resolved += 1), before));
    const seen = await viewers.read(2n, context, async (session, scope) => ({
      visible: await visibleFundIds(session, scope, [3n]),
      versions: [scope.orgVersion, await orgVersion(session)],
    }));
    expect(seen.visible.size).toBe(0);
    expect(seen.versions).toEqual([before.orgVersion + 1n, before.orgVersion + 1n]);
    expect(resolved).toBeGreaterThan(1);
    const unknown = expect.objectContaining({ reason: 'VIEWER_NOT_FOUND' }) as DomainError;
    await expect(viewers.read(9n, context, async () => undefined)).rejects.toThrow(unknown);
  });

  it('an org that never stands still keeps no reader from the truth', async () => {
    let there = false;
    const viewers = snapshotsWith(async (id) => {
      const scope = await resolve(id);
      there = !there;
      await database.transaction(signal, (session) =>
        moveUser(session, { userId: 3n, newParentUserId: there ? 1n : 2n, validateOnly: false }),
      );
      return scope;
    });
    const seen = await viewers.read(2n, context, (session, scope) => visibleFundIds(session, scope, [3n]));
    expect(seen.size).toBe(there ? 0 : 1);
  });
});

describe('a replica', () => {
  const [primary] = databases;
  const replicas = databases.slice(1);
  const readingFrom = (replica: Database) =>
    createViewerSnapshots({
      database: primary!.database,
      chooseReader: async () => replica,
      scopes: createScopeCache(),
      resolve: async (viewerUserId) => {
        const scope = await primary!.database.snapshot(signal, (session) => resolveScope(session, viewerUserId));
        return { viewerUserId, orgVersion: scope.orgVersion, scope };
      },
    });

  it.each(replicas)('that is behind the org ($name) answers nothing with a scope it does not know', async (replica) => {
    await Promise.all([primary!, replica].map(({ database }) => insertDataSet(database, company)));
    for (let i = 0; i < 3; i += 1) await insertDataSet(primary!.database, company);
    const asked: string[] = [];
    const seen = await readingFrom(replica.database).read(
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

  it.each(replicas)(
    'that fails ($name) leaves the read to the primary, unless it cannot be repeated',
    async (replica) => {
      for (const { database } of [primary!, replica]) {
        await insertDataSet(database, company);
        await runPlainSql(database, 'UPDATE org_state SET version = 1000');
      }
      const failingThere = async (failure: Error, mayRepeat?: () => boolean) => {
        const asked: string[] = [];
        const work = async ({ dialect }: SqlSession) => {
          asked.push(dialect.name);
          if (dialect.name === replica.name) throw failure;
        };
        const outcome = await readingFrom(replica.database)
          .read(2n, context, work, { kind: 'any' }, mayRepeat)
          .catch((thrown: unknown) => thrown);
        return { outcome, asked };
      };
      const both = { outcome: undefined, asked: [replica.name, primary!.name] };
      const away = new DomainError('DATABASE_UNAVAILABLE', 'away');
      const denied = new DomainError('FUND_ACCESS_DENIED', 'denied');
      expect(await failingThere(away)).toEqual(both);
      expect(await failingThere(new Error('unknown column'))).toEqual(both);
      expect(await failingThere(away, () => false)).toEqual({ outcome: away, asked: [replica.name] });
      expect(await failingThere(denied)).toEqual({ outcome: denied, asked: [replica.name] });
    },
  );
});
