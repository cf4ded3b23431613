import { openDatabase, parseDatabaseUrl } from '@finance/schema';
import { sql } from 'drizzle-orm';
import type { ChangeFeed } from '../change-feed.ts';
import { openChangeFeed } from '../open-change-feed.ts';
import { createPositionTracker } from '../position/position-tracker.ts';

/**
 * `DATABASE_URL=… npm run --silent measure -w @finance/change-feed`: rates of loading and following, and the time of a
 * fence beside 8 writers. Changes every fund and some orders: for a database that can be thrown away.
 */
const target = parseDatabaseUrl(process.env['DATABASE_URL'] ?? '');
if (target.engine === 'memory') throw new Error('DATABASE_URL must be a sqlite: or mysql: database');
const feed = openChangeFeed(target);
const database = openDatabase(target);
const { signal } = new AbortController();
const write = (statement: ReturnType<typeof sql>) => database.transaction(signal, (session) => session.run(statement));

await measureLoad();
await measureFollow();
await measureFence();
await database.close();
await feed.close();

async function timed(name: string, work: () => Promise<number>): Promise<void> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const rows = await work();
  const millis = performance.now() - start;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMillis = (cpu.user + cpu.system) / 1000;
  console.log(
    `${name}: ${rows} rows in ${millis.toFixed(0)} ms, ${((rows / millis) * 1000).toFixed(0)} rows/s; ` +
      `${cpuMillis.toFixed(0)} ms of CPU, ${((rows / cpuMillis) * 1000).toFixed(0)} rows/s of CPU`,
  );
}

async function measureLoad(): Promise<void> {
  let rows = 0;
  const add = (batch: readonly unknown[]): void => void (rows += batch.length);
  await timed(`${feed.engine} load`, async () => {
    await feed.load(
      { addUsers: add, addOrders: add, addCustomers: add, addFunds: add, addUnreadable: () => add([null]) },
      { signal },
    );
    return rows;
  });
}

async function measureFollow(): Promise<void> {
  const from = await feed.position(signal);
  await write(sql`UPDATE financial_funds SET handle_by = handle_by + 1`);
  const until = await feed.position(signal);
  await timed(`${feed.engine} follow`, () => followUntil(feed, from, until));
}

async function followUntil(feed: ChangeFeed, from: string, until: string): Promise<number> {
  const stopping = new AbortController();
  const tracker = createPositionTracker(feed.engine, from);
  let changes = 0;
  await feed.follow(
    from,
    (batch) => {
      changes += batch.changes.length;
      if (batch.position !== null) tracker.advance(batch.position);
      if (tracker.hasReached(until)) stopping.abort();
    },
    { signal: stopping.signal },
  );
  return changes;
}

async function measureFence(): Promise<void> {
  const stopping = new AbortController();
  const tracker = createPositionTracker(feed.engine, await feed.position(signal));
  let wake = (): void => undefined;
  const following = feed.follow(
    tracker.position,
    ({ position }) => {
      if (position !== null) tracker.advance(position);
      wake();
    },
    { signal: stopping.signal },
  );
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; !stopping.signal.aborted; n += 1) {
      await write(sql`UPDATE orders SET user_id = ${n} WHERE order_id = ${writer + 1}`);
    }
  });
  const millis: number[] = [];
  for (let round = 0; round < 1000; round += 1) {
    const start = performance.now();
    const position = await feed.position(signal);
    while (!tracker.hasReached(position)) await new Promise<void>((resolve) => (wake = resolve));
    if (round >= 100) millis.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  stopping.abort();
  await Promise.all([...writers, following]);
  millis.sort((a, b) => a - b);
  const at = (share: number): string => millis[Math.floor(millis.length * share)]!.toFixed(2);
  console.log(`${feed.engine} fence beside 8 writers: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}
