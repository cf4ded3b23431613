import { DomainError, type User } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import { createLogger, type RpcContext } from '@finance/service-kit';
import { createUser, moveUser, visibleFundIds } from '@finance/store';
import { insertDataSet, runPlainSql, withTestDatabases } from '@finance/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
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
  turn: () => undefined,
  measured: (work) => work(),
};

const databases = await withTestDatabases(import.meta.url);

describe.each(databases)('viewer snapshots on $name', ({ database }) => {
  beforeEach(() => insertDataSet(database, company));

  const sees = (viewerUserId: bigint) =>
    createViewerSnapshots({ database }).read(viewerUserId, context, async (session, scope) => ({
      role: scope.role,
      visible: [...(await visibleFundIds(session, scope, [3n]))],
    }));
  const unknown = expect.objectContaining({ reason: 'VIEWER_NOT_FOUND' }) as DomainError;

  it('a move counts in the next read', async () => {
    expect((await sees(2n)).visible).toEqual([3n]);
    await database.transaction(signal, (session) =>
      moveUser(session, { userId: 3n, newParentUserId: 1n, validateOnly: false }),
    );
    expect((await sees(2n)).visible).toEqual([]);
  });

  it('a role taken away by plain SQL counts in the next read', async () => {
    expect((await sees(1n)).visible).toEqual([3n]);
    await runPlainSql(database, `UPDATE users SET role = 'staff' WHERE id = 1`);
    expect(await sees(1n)).toEqual({ role: 'staff', visible: [] });
    await runPlainSql(database, `UPDATE users SET role = 'admin' WHERE id = 2`);
    expect(await sees(2n)).toEqual({ role: 'admin', visible: [3n] });
  });

  it('a viewer who was asked for before they were hired is seen as soon as they are, and no longer once they left', async () => {
    await expect(sees(9n)).rejects.toThrow(unknown);
    await database.transaction(signal, (session) => createUser(session, user(9n, 1n)));
    expect((await sees(9n)).role).toBe('supervisor');
    await runPlainSql(database, 'DELETE FROM users WHERE id = 9');
    await expect(sees(9n)).rejects.toThrow(unknown);
  });

  it('the org version that another history had, too, tells nothing', async () => {
    await runPlainSql(database, 'UPDATE org_state SET version = 7');
    expect((await sees(2n)).visible).toEqual([3n]);
    await insertDataSet(database, { ...company, users: [user(1n, null), user(2n, 1n), user(3n, 1n)] });
    await runPlainSql(database, 'UPDATE org_state SET version = 7');
    expect((await sees(2n)).visible).toEqual([]);
  });
});

describe('a replica', () => {
  const [primary] = databases;
  const replicas = databases.slice(1);
  const readingFrom = (replica: Database) =>
    createViewerSnapshots({
      database: primary!.database,
      chooseReader: async () => replica,
    });

  it.each(replicas)(
    'that fails ($name) leaves the read to the primary, unless it cannot be repeated',
    async (replica) => {
      for (const { database } of [primary!, replica]) {
        await insertDataSet(database, company);
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
