import { Role } from '@finance/contract/permission';
import type { OrgChange, WatchChangesResponse } from '@finance/contract/permission-service';
import { insertDataSet, runPlainSql, sampleCompany, withTestDatabases } from '@finance/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomNumbers, randomTransactions } from './random-changes.ts';
import {
  endOf,
  expectedEvent,
  isEvent,
  positionNow,
  received,
  watchUntil,
  withWatch,
  type Watcher,
} from './watch-client.ts';

const databases = await withTestDatabases(import.meta.url);
const testTimeoutMs = 60_000;
/** 31 people: 1 above 2 to 7, 2 above 8 to 13, and so on. */
const company = sampleCompany(31, 80);
const lastOwner = 999_999n;

describe.each(databases)('WatchChanges on $name', (testDatabase) => {
  const { database, name } = testDatabase;
  const run = (...statements: readonly string[]) => runPlainSql(database, ...statements);
  beforeEach(async () => insertDataSet(database, company));

  const isFinal = ({ change }: WatchChangesResponse): boolean =>
    change.case === 'assignmentChange' && change.value.newUserId === lastOwner;
  const writeFinal = () => run(`UPDATE orders SET user_id = ${lastOwner} WHERE order_id = 1`);

  it(
    'gives over 1,000 random changes once and in order, at the head and to who comes back again and again',
    { timeout: testTimeoutMs },
    async () => {
      await withWatch(testDatabase, { bufferedMax: 100, slowMs: testTimeoutMs }, async ([grpc, json], watch) => {
        const start = await positionNow(grpc!.permission);
        const expected: string[] = [];
        const write = async (): Promise<void> => {
          for (const { statements, changes } of randomTransactions(company, 350)) {
            await run(...statements);
            expected.push(...changes.map(expectedEvent));
          }
          await writeFinal();
        };
        const watchInParts = async (client: Watcher, eventsOfStay: () => number): Promise<string[]> => {
          const all: WatchChangesResponse[] = [];
          let position = start;
          do {
            let left = eventsOfStay();
            const messages = await watchUntil(client, position, (message) => {
              if (isEvent(message)) left -= 1;
              return left === 0 || isFinal(message);
            });
            position = messages.at(-1)!.position;
            all.push(...messages.filter(isEvent));
          } while (!isFinal(all.at(-1)!));
          return all.slice(0, -1).map(received);
        };
        const random = randomNumbers(7);
        const whileWriting = Promise.all([
          watchInParts(grpc!.permission, () => Infinity),
          watchInParts(grpc!.permission, () => 1 + random(12)),
          watchInParts(json!.permission, () => 1 + random(60)),
          write(),
        ]);
        const [atHead, inSmallParts, inJson] = await whileWriting;
        expect(expected.length).toBeGreaterThan(1_000);
        for (const events of [atHead, inSmallParts, inJson]) expect(events).toEqual(expected);
        expect(await watchInParts(grpc!.permission, () => 1 + random(300))).toEqual(expected);
        await expect.poll(() => watch.stats()).toMatchObject({ watchers: 0, catchUps: 0 });
      });
    },
  );

  it('tells of the RPCs’ own writes, of who is affected, and goes on after a write’s token', async () => {
    await withWatch(testDatabase, {}, async ([{ permission } = never()]) => {
      const created = await permission.createUser({
        user: { name: 'New', role: Role.STAFF, department: 'sales', parentUserId: 8n },
      });
      const userId = created.user!.userId;
      await permission.updateUser({ user: { userId, name: 'Newer' }, updateMask: { paths: ['name'] } });
      await permission.moveUser({ userId, newParentUserId: 3n });
      await permission.assignOrder({ orderId: 5n, userId });
      const assigned = await permission.assignCustomer({ customerId: 6n, userId: 2n });
      let count = 0;
      const events = (await watchUntil(permission, created.consistencyToken, () => (count += 1) === 5)).slice(1);
      const [order] = company.orders.filter(({ orderId }) => orderId === 5n);
      const [customer] = company.customers.filter(({ customerId }) => customerId === 6n);
      expect(events.map(received)).toEqual([
        `UPDATED ${userId} 8 8`,
        `MOVED ${userId} 8 3`,
        `ORDER_OWNER 5 ${order!.ownerUserId} ${userId}`,
        `CUSTOMER_ADMIN 6 ${customer!.adminUserId} 2`,
      ]);
      const affected = events.map(({ affectedUserIds }) => new Set(affectedUserIds));
      // Those above the old place (8 is staff), and above the new one.
      expect(affected[1]).toEqual(new Set([userId, 1n, 2n, 3n]));
      expect(affected[2]).toContain(userId);
      expect(affected[2]).toContain(3n);
      const { user } = events[1]!.change.value as OrgChange;
      expect(user).toMatchObject({ name: 'Newer', role: Role.STAFF, department: 'sales', parentUserId: 3n });

      // An event's position is as good as any token; nothing comes after the last one but heartbeats.
      const last = events.at(-1)!.position;
      const consistency = { requirement: { case: 'atLeastAsFresh', value: events[0]!.position } } as const;
      await expect(permission.resolveScope({ viewerUserId: 1n, consistency })).resolves.toBeDefined();
      await writeFinal();
      expect((await watchUntil(permission, last, isFinal)).filter(isEvent)).toHaveLength(1);
      expect((await watchUntil(permission, assigned.consistencyToken, isFinal)).filter(isEvent)).toHaveLength(1);
    });
  });

  it('resumes inside of a transaction larger than what is kept', { timeout: testTimeoutMs }, async () => {
    await withWatch(testDatabase, { bufferedMax: 40, slowMs: testTimeoutMs }, async ([{ permission } = never()]) => {
      const start = await positionNow(permission);
      await run('UPDATE orders SET user_id = user_id + 1000');
      await run('UPDATE financial_funds SET handle_by = handle_by + 1000');
      await writeFinal();
      const all: string[] = [];
      let position = start;
      for (let isOver = false; !isOver;) {
        let left = 7;
        const messages = await watchUntil(permission, position, (message) => {
          if (isEvent(message)) left -= 1;
          return left === 0 || isFinal(message);
        });
        isOver = isFinal(messages.at(-1)!);
        position = messages.at(-1)!.position;
        all.push(...messages.filter(isEvent).map(received));
        const consistency = { requirement: { case: 'atLeastAsFresh', value: position } } as const;
        await expect(permission.resolveScope({ viewerUserId: 1n, consistency })).resolves.toBeDefined();
      }
      expect(all.length).toBe(161);
      expect(new Set(all).size).toBe(161);
    });
  });

  it('heartbeats come in silence, and their positions move on with transactions that no watcher needs', async () => {
    await withWatch(testDatabase, { heartbeatMs: 20 }, async ([{ permission } = never()]) => {
      const start = await positionNow(permission);
      await run(`UPDATE financial_funds SET status = 'settled', updated_at = updated_at WHERE fund_id = 1`);
      let beats = 0;
      const messages = await watchUntil(permission, start, () => (beats += 1) === 4);
      expect(messages.some(isEvent)).toBe(false);
      expect(messages.every(({ sendTime }) => sendTime !== undefined)).toBe(true);
      expect(messages.at(-1)!.position).not.toBe(start);
    });
  });

  it('who reads too slowly at the head is dropped with the reason and can resume, others go on', async () => {
    await withWatch(testDatabase, { bufferedMax: 50, slowMs: 20 }, async ([{ permission } = never()], watch) => {
      const slow = permission.watchChanges({})[Symbol.asyncIterator]();
      let { position } = ((await slow.next()) as IteratorYieldResult<WatchChangesResponse>).value;
      const start = position;
      // More than the connection holds.
      for (let round = 0; round < 60; round += 1) {
        await run(`UPDATE users SET name = '${'x'.repeat(150)} ${round}'`);
        await run(`UPDATE orders SET user_id = ${round}`);
      }
      const got: string[] = [];
      const drained = async (): Promise<void> => {
        for (;;) {
          const step = await slow.next();
          if (step.done) return;
          ({ position } = step.value);
          got.push(received(step.value));
        }
      };
      expect(await endOf(drained())).toMatchObject({ reason: 'CONSUMER_TOO_SLOW' });
      expect(watch.stats().dropped).toBe(1);
      await writeFinal();
      const rest = (await watchUntil(permission, position, isFinal)).filter(isEvent).map(received);
      const whole = (await watchUntil(permission, start, isFinal)).filter(isEvent).map(received);
      expect([...got, ...rest]).toEqual(whole);
    });
  });

  it('tokens that are not ours, and too many watchers, are refused', async () => {
    await withWatch(testDatabase, { watchersMax: 1 }, async ([{ permission } = never()]) => {
      expect(await endOf(watchUntil(permission, 'nonsense', () => true))).toMatchObject({
        reason: 'CONSISTENCY_TOKEN_INVALID',
        message: 'after_token is not one of our tokens; take it unchanged from an earlier answer',
      });
      const watching = permission.watchChanges({})[Symbol.asyncIterator]();
      await watching.next();
      expect(await endOf(watchUntil(permission, '', () => true))).toMatchObject({ reason: 'OVERLOADED' });
      await watching.return?.();
    });
  });

  it('streams end with a reason when the server shuts down', async () => {
    await withWatch(testDatabase, {}, async ([{ permission } = never()], _, stop) => {
      const watching = permission.watchChanges({})[Symbol.asyncIterator]();
      await watching.next();
      const end = endOf(watching.next());
      await stop();
      expect(await end).toMatchObject({
        reason: 'SERVER_SHUTTING_DOWN',
        message: 'this server is shutting down: watch again after the last position',
      });
    });
  });

  it('a watch is on record with its events', async () => {
    await withWatch(testDatabase, { reads: 'sync' }, async ([{ permission, audit } = never()]) => {
      const start = await positionNow(permission);
      await run('UPDATE orders SET user_id = 5 WHERE order_id = 2');
      await writeFinal();
      const messages = await watchUntil(permission, start, isFinal);
      const filter = { rpc: 'finance.permission.v1.PermissionService/WatchChanges' };
      await expect
        .poll(async () => (await audit.listAuditEntries({ filter, orderBy: 'sequence desc', pageSize: 1 })).entries[0])
        .toMatchObject({ resultCount: BigInt(messages.filter(isEvent).length), outcome: 'CANCELLED' });
      const { entries } = await audit.listAuditEntries({ filter, orderBy: 'sequence desc', pageSize: 1 });
      expect(entries[0]!.position.startsWith(`${name}:`)).toBe(true);
    });
  });
});

function never(): never {
  throw new Error('there is a client');
}
