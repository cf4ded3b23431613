import { connectMysql, openDatabase } from '@finance/schema';
import { insertDataSet, sampleCompany, withPrivateMysql } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { startLiveIndexHost } from './start-live-index-host.ts';
import { logInto, until, untilReady, type LogLine } from './testing/wait.ts';

it('a server that lost its history while it refused writes gets another one once it accepts them', async () => {
  const { url } = await withPrivateMysql();
  const target = { engine: 'mysql', url } as const;
  const database = openDatabase(target);
  await insertDataSet(database, sampleCompany(20, 30));
  const admin = (await connectMysql(url)).promise();
  const lines: LogLine[] = [];
  const host = startLiveIndexHost(target, { log: logInto(lines), audit: false, waitMs: 20_000 });
  const historyId = () =>
    database.snapshot(new AbortController().signal, async (session) => {
      const [row] = await session.all(sql`SELECT history_id FROM history WHERE id = 1`);
      return row!['history_id'];
    });
  try {
    await untilReady(host);
    const before = await historyId();
    await admin.query('SET GLOBAL read_only = ON');
    await admin.query('RESET BINARY LOGS AND GTIDS');
    await until(() => lines.some(({ message }) => message.includes('cannot note yet')));
    await untilReady(host);
    expect(await historyId()).toBe(before);
    await admin.query('SET GLOBAL read_only = OFF');
    await expect.poll(historyId, { timeout: 60_000 }).not.toBe(before);
    await untilReady(host);
  } finally {
    await host.close();
    await admin.end();
    await database.close();
  }
});
