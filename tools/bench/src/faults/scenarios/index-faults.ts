import { connectMysql } from '@finance/schema';
import { setTimeout as sleep } from 'node:timers/promises';
import { withIndexServer, type IndexServer } from '../index-server.ts';
import { partOf, type FaultScale, type FaultScenario } from '../scenario.ts';

/** Serving again by the index, after the database is back. */
const recoveryMaxMs = 10_000;
const awayMs = 2_000;

/** Pages while `hurt` goes on; every answer that comes must be of a moment not before the last write seen. */
async function underLoad(
  server: IndexServer,
  hurt: (write: (cents: number) => Promise<void>) => Promise<void>,
): Promise<{ calls: number; failed: number; stale: number }> {
  const counts = { calls: 0, failed: 0, stale: 0 };
  let acknowledged = 0;
  let running = true;
  const fundId = 1n;
  const reader = async (): Promise<void> => {
    while (running) {
      const before = acknowledged;
      const answer = await server.funds
        .getFund({ viewerUserId: 1n, fundId }, { timeoutMs: 3_000 })
        .catch(() => undefined);
      counts.calls += 1;
      if (!answer) {
        counts.failed += 1;
        await sleep(20);
      } else if (answer.fund!.amountCents < BigInt(before)) counts.stale += 1;
    }
  };
  const write = async (cents: number): Promise<void> => {
    const connection = (await connectMysql(server.mysql.url)).promise();
    await connection.query('UPDATE financial_funds SET amount = ? WHERE fund_id = ?', [cents / 100, fundId]);
    acknowledged = cents;
    await connection.end();
  };
  await write(1);
  const readers = Array.from({ length: 4 }, reader);
  try {
    await hurt(write);
  } finally {
    running = false;
    await Promise.all(readers);
  }
  return counts;
}

const bars = (counts: { stale: number }, wrongPages: number, recoveryMs: number) => [
  { name: 'stale answers', figure: counts.stale, unit: '', max: 0 },
  { name: 'wrong pages afterwards', figure: wrongPages, unit: '', max: 0 },
  { name: 'until the index answers again', figure: recoveryMs, unit: 'ms', max: recoveryMaxMs },
];

const killsFull = 5;

/** MySQL ended by SIGKILL under load while the index serves, and started again. */
export const indexMysqlKilled: FaultScenario = (scale: FaultScale) =>
  withIndexServer(async (server) => {
    let recoveryMs = 0;
    const kills = partOf(killsFull, scale);
    const counts = await underLoad(server, async (write) => {
      for (let kill = 1; kill <= kills; kill += 1) {
        await sleep(500);
        await server.mysql.kill();
        await sleep(awayMs);
        await server.mysql.start();
        recoveryMs = Math.max(recoveryMs, await server.untilIndexAnswers());
        await write(kill + 1);
        scale.say(`kill ${kill}: the index answers again after ${recoveryMs.toFixed(0)} ms`);
      }
      await sleep(200);
    });
    return { bars: bars(counts, await server.wrongPages(), recoveryMs), facts: { kills, ...counts } };
  });

/** The binlog goes on and what the index lacks of it is purged while its connections are cut. */
export const indexBinlogPurged: FaultScenario = () =>
  withIndexServer(async (server) => {
    let recoveryMs = 0;
    const counts = await underLoad(server, async (write) => {
      await sleep(300);
      await server.proxy.set({ kind: 'refuse' });
      await write(2);
      await server.admin.query('UPDATE financial_funds SET handle_by = 2 WHERE fund_id < 500; FLUSH BINARY LOGS');
      const [logs] = await server.admin.query('SHOW BINARY LOGS');
      const newest = (logs as { Log_name: string }[]).at(-1)!.Log_name;
      await server.admin.query(`PURGE BINARY LOGS TO '${newest}'`);
      await sleep(awayMs);
      await server.proxy.set({ kind: 'none' });
      recoveryMs = await server.untilIndexAnswers();
      await write(3);
      await sleep(300);
    });
    return { bars: bars(counts, await server.wrongPages(), recoveryMs), facts: counts };
  });

/** Connections of the feed and of SQL cut, then swallowed without a word. */
export const indexFeedCut: FaultScenario = (scale) =>
  withIndexServer(async (server) => {
    let recoveryMs = 0;
    const counts = await underLoad(server, async (write) => {
      let cents = 1;
      for (const kind of ['reset', 'blackhole', 'half-open', 'garbage'] as const) {
        await sleep(300);
        await server.proxy.set({ kind });
        await write((cents += 1));
        await sleep(awayMs);
        await server.proxy.set({ kind: 'none' });
        const ms = await server.untilIndexAnswers();
        scale.say(`${kind}: the index answers again after ${ms.toFixed(0)} ms`);
        recoveryMs = Math.max(recoveryMs, ms);
        await write((cents += 1));
      }
      await sleep(200);
    });
    return { bars: bars(counts, await server.wrongPages(), recoveryMs), facts: counts };
  });
