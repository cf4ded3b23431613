import { renameSync, rmSync } from 'node:fs';
import { openDatabase, type DatabaseTarget } from '@finance/schema';
import { withConnection } from '@finance/seeder';
import { insertDataSet, runPlainSql, sampleCompany, withPrivateMysql, withTestDatabases } from '@finance/testkit';
import { describe, expect, it } from 'vitest';
import { endOf, isEvent, positionNow, watchUntil, withWatch } from './watch-client.ts';

type Target = Exclude<DatabaseTarget, { engine: 'memory' }>;

const [sqlite] = (await withTestDatabases(import.meta.url)).filter(({ name }) => name === 'sqlite');
const mysql = await withPrivateMysql();
const timeoutMs = 60_000;
const targets: { readonly name: string; readonly target: Target }[] = [
  { name: 'sqlite', target: sqlite!.target },
  { name: 'mysql', target: { engine: 'mysql', url: mysql.url } },
];

/** Deletes what a follower needs of all changes so far. */
async function purge(target: Target): Promise<void> {
  await withConnection(target, async (connection) => {
    if (target.engine === 'sqlite') {
      await connection.run('DELETE FROM change_log');
      return;
    }
    await connection.run('FLUSH BINARY LOGS');
    const [newest] = (await connection.all('SHOW BINARY LOGS')).slice(-1);
    await connection.run(`PURGE BINARY LOGS TO '${String(newest!['Log_name'])}'`);
  });
}

describe.each(targets)('when changes cannot be followed, on $name', ({ target }) => {
  it('a purged position is refused with what to do, and a later one goes on', { timeout: timeoutMs }, async () => {
    const database = openDatabase(target);
    await insertDataSet(database, sampleCompany(10, 10));
    const write = (owner: number) => runPlainSql(database, `UPDATE orders SET user_id = ${owner} WHERE order_id = 1`);
    try {
      await withWatch({ database, target }, {}, async ([{ permission } = never()]) => {
        const early = await positionNow(permission);
        await write(1001);
        const late = await positionNow(permission);
        await purge(target);
        await write(1002);
        expect(await endOf(watchUntil(permission, early, isEvent))).toEqual({
          reason: 'POSITION_PURGED',
          message:
            'the changes after this position are no longer known: load again what you keep, then watch with an empty after_token',
        });
        const events = (await watchUntil(permission, late, isEvent)).filter(isEvent);
        expect(events[0]!.change.value).toMatchObject({ oldUserId: 1001n, newUserId: 1002n });
      });
    } finally {
      await database.close();
    }
  });
});

/** Takes a copy of the file now; the function it gives puts that in the file's place. */
async function copyOf(target: Target): Promise<() => Promise<void>> {
  if (target.engine === 'mysql') {
    return () => withConnection(target, async (c) => void (await c.run('RESET BINARY LOGS AND GTIDS')));
  }
  const { file } = target;
  await withConnection(target, (connection) => connection.run(`VACUUM INTO '${file}.copy'`));
  return async () => {
    for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
    renameSync(`${file}.copy`, file);
  };
}

describe.each(targets)('when the history is lost that was told, on $name', ({ target }) => {
  it('watchers, their tokens and those of answers end with the reason', { timeout: timeoutMs }, async () => {
    const database = openDatabase(target);
    await insertDataSet(database, sampleCompany(10, 10));
    const write = (owner: number) => runPlainSql(database, `UPDATE orders SET user_id = ${owner} WHERE order_id = 1`);
    try {
      await withWatch({ database, target }, {}, async ([{ permission, funds } = never()]) => {
        const lose = await copyOf(target);
        const told: string[] = [];
        const watching = async (): Promise<void> => {
          for await (const message of permission.watchChanges({})) told.push(message.position);
        };
        const end = endOf(watching());
        await expect.poll(() => told.length).toBe(1);
        await write(1001);
        await expect.poll(() => told.length).toBe(2);
        await lose();
        for (let owner = 1; owner <= 100; owner += 1) await write(owner);
        expect(await end).toMatchObject({ reason: 'HISTORY_CHANGED' });
        expect(told).toHaveLength(2);
        expect(await endOf(watchUntil(permission, told[1]!, isEvent))).toMatchObject({ reason: 'HISTORY_CHANGED' });
        const consistency = { requirement: { case: 'atLeastAsFresh', value: told[1]! } } as const;
        const reading = funds.listFunds({ viewerUserId: 1n, pageSize: 1, consistency });
        expect(await endOf(reading)).toMatchObject({ reason: 'HISTORY_CHANGED' });

        const now = await positionNow(permission);
        await write(1002);
        const [event] = (await watchUntil(permission, now, isEvent)).filter(isEvent);
        expect(event!.change.value).toMatchObject({ oldUserId: 100n, newUserId: 1002n });
      });
    } finally {
      await database.close();
    }
  });
});

it(
  'without the privileges the caller is told what to grant, and everything else works',
  { timeout: timeoutMs },
  async () => {
    const name = new URL(mysql.url).pathname.slice(1);
    await withConnection({ engine: 'mysql', url: mysql.url }, async (connection) => {
      await connection.run(`CREATE USER plain@'%' IDENTIFIED BY 'p'`);
      await connection.run(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${name}\`.* TO plain@'%'`);
    });
    const url = Object.assign(new URL(mysql.url), { username: 'plain', password: 'p' }).href;
    const target: Target = { engine: 'mysql', url };
    const database = openDatabase(target);
    try {
      await withWatch({ database, target }, {}, async ([{ permission } = never()]) => {
        const { reason, message } = await endOf(watchUntil(permission, '', () => true));
        expect(reason).toBe('CHANGE_FEED_NOT_READY');
        expect(message).toContain('GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.*');
        await expect(permission.assignOrder({ orderId: 1n, userId: 2n })).resolves.toBeDefined();
      });
    } finally {
      await database.close();
    }
  },
);

it('without a trigger of the log the caller is told how to find it', async () => {
  const { database, target } = sqlite!;
  const trigger = await withConnection(target, async (connection) => {
    const [row] = await connection.all(`SELECT sql FROM sqlite_master WHERE name = 'orders_update_log'`);
    await connection.run('DROP TRIGGER orders_update_log');
    return String(row!['sql']);
  });
  await withWatch({ database, target }, {}, async ([{ permission } = never()]) => {
    const { reason, message } = await endOf(watchUntil(permission, '', () => true));
    expect(reason).toBe('CHANGE_FEED_NOT_READY');
    expect(message).toContain('seeder:doctor');
    await withConnection(target, (connection) => connection.run(trigger));
    await expect(positionNow(permission)).resolves.not.toBe('');
  });
});

function never(): never {
  throw new Error('there is a client');
}
