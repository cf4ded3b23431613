import { afterEach, expect, test } from 'vitest';
import { startGroup } from './group.ts';
import { catchUp, demote, follow, promote, startSourceAndReplica } from './source-and-replica.ts';
import type { MysqlNode } from './mysql-node.ts';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

const makeTable = 'CREATE TABLE finance.kept (id INT PRIMARY KEY, owner INT) ENGINE = InnoDB';
const insert = (id: number) => `INSERT INTO finance.kept VALUES (${id}, 0)`;
const idsOn = async (node: MysqlNode) =>
  (await node.sql('SELECT id FROM finance.kept ORDER BY id')).map(({ id }) => Number(id));

test('a replica follows, refuses writes, takes over without what it has not received, and the old source follows it', async () => {
  const { source, replica, close } = await startSourceAndReplica();
  closes.push(close);
  await source.sql(makeTable, insert(1));
  await catchUp(replica, source);
  expect(await idsOn(replica)).toEqual([1]);
  await expect(replica.sql(insert(2))).rejects.toMatchObject({ errno: 1290 });

  await demote(source);
  await expect(source.sql(insert(2))).rejects.toMatchObject({ errno: 1290 });
  await promote(replica);
  await replica.sql(insert(3));
  await follow(source, replica);
  await catchUp(source, replica);
  expect(await idsOn(source)).toEqual([1, 3]);

  await replica.sql(insert(4));
  await replica.kill();
  await expect(replica.sql('SELECT 1')).rejects.toThrow();
  await replica.start();
  expect(await idsOn(replica)).toEqual([1, 3, 4]);
});

test('a commit of semi-sync waits for its replica, and is lost when the source is killed meanwhile', async () => {
  const { source, replica, close } = await startSourceAndReplica('semi-sync');
  closes.push(close);
  await source.sql(makeTable, insert(1));
  await catchUp(replica, source);
  await replica.sql('STOP REPLICA IO_THREAD');
  const outcome = source.sql(insert(2)).then(
    () => 'acknowledged',
    () => 'lost',
  );
  await expect
    .poll(async () => (await source.sql(`SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_wait_sessions'`))[0])
    .toMatchObject({ Value: '1' });
  expect(await idsOn(source)).toEqual([1]);
  await source.kill();
  expect(await outcome).toBe('lost');
  await promote(replica);
  expect(await idsOn(replica)).toEqual([1]);
});

test('a group elects another primary when its own is killed, changes it as planned, and takes a member back', async () => {
  const group = await startGroup('single-primary');
  closes.push(group.close);
  const first = await group.primary();
  await first.sql(makeTable, insert(1));
  const others = group.nodes.filter((node) => node !== first);
  await group.switchTo(others[0]!);
  expect(await group.primary()).toBe(others[0]);
  await expect(first.sql(insert(2))).rejects.toMatchObject({ errno: 1290 });
  await others[0]!.kill();
  const next = await group.primary([first, others[1]!]);
  await next.sql(insert(3));
  await group.rejoin(others[0]!);
  await catchUp(others[0]!, next);
  expect(await idsOn(others[0]!)).toEqual([1, 3]);
});
