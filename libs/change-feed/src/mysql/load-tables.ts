import { setTimeout as delay } from 'node:timers/promises';
import { microsFromMysqlInstant } from '@finance/schema';
import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';
import type { LoadOptions, LoadResult } from '../change-feed.ts';
import { feedTables, type ColumnContent, type FeedTable, type Value } from '../rows/feed-tables.ts';
import type { TableConsumer } from '../table-consumer.ts';
import { connect, drop, feedErrorOf, readServerState, run, textRows } from './connection.ts';

/** Rows handed over at once: a few milliseconds of the consumer's thread. */
const batchRows = 2_000;
/** Between two batches. A server that was halted keeps its connections, and a load would never end. */
const silenceMaxMs = 30_000;
/** Commits take milliseconds; who has set a GTID by hand and sleeps on it has committed nothing. */
const commitTimeMaxMs = 10_000;

/** Reads the four tables in one snapshot; see ChangeFeed.load. */
export async function loadTables(url: string, into: TableConsumer, options: LoadOptions): Promise<LoadResult> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  const connection = await connect(url);
  const stop = (): void => drop(connection);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { position: from } = await readServerState(connection);
    await run(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
    // Visible in the snapshot, perhaps, and not yet published as executed.
    const committing = await ownedGtids(connection);
    const total = await estimateRows(connection);
    let rows = 0;
    for (const table of feedTables) {
      await streamTable(connection, table, (batch) => {
        signal.throwIfAborted();
        table.deliver(batch, into);
        rows += batch.length;
        onProgress?.(rows, Math.max(rows, total));
      });
    }
    await run(connection, 'COMMIT');
    const deadline = Date.now() + commitTimeMaxMs;
    while (committing.length > 0 && Date.now() < deadline) {
      const still = await ownedGtids(connection);
      if (!committing.some((gtid) => still.includes(gtid))) break;
      await delay(5, undefined, { signal });
    }
    return { from, readyAt: (await readServerState(connection)).position };
  } catch (error) {
    signal.throwIfAborted();
    throw feedErrorOf(error);
  } finally {
    signal.removeEventListener('abort', stop);
    drop(connection);
  }
}

/** Transactions between their way into the binlog and the end of their commit, as `uuid:number#thread`. */
async function ownedGtids(connection: Connection): Promise<string[]> {
  const [row] = await textRows(connection, 'SELECT @@global.gtid_owned AS owned');
  const parts = row!['owned']!.replaceAll('\n', '').split(',').filter(Boolean);
  return parts.flatMap((part) => {
    const [source, ...numbers] = part.split(':');
    return numbers.map((number) => `${source}:${number}`);
  });
}

async function estimateRows(connection: Connection): Promise<number> {
  const [row] = await textRows(
    connection,
    `SELECT SUM(table_rows) AS n FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name IN (${feedTables.map(({ name }) => `'${name}'`).join(', ')})`,
  );
  return Number(row?.['n'] ?? 0);
}

type Cell = string | number | null;

const valueOf: Readonly<Record<ColumnContent, (cell: string | number) => Value>> = {
  integer: (cell) => BigInt(cell),
  text: (cell) => String(cell),
  amount: (cell) => BigInt(String(cell).replace('.', '')),
  // Text where there is no such moment.
  instant: (cell) => microsFromMysqlInstant(String(cell)) ?? String(cell),
};

function streamTable(connection: Connection, table: FeedTable, onBatch: (rows: Value[][]) => void): Promise<void> {
  const readers = table.columns.map(({ content }) => valueOf[content]);
  const columns = table.columns.map(({ name }) => `\`${name}\``).join(', ');
  return new Promise((resolve, reject) => {
    let batch: Value[][] = [];
    const fail = (error: Error): void => {
      clearTimeout(silence);
      reject(error);
      drop(connection);
    };
    const silence = setTimeout(
      () => fail(new ChangeFeedError('unavailable', `the server sent no row for ${silenceMaxMs} ms`)),
      silenceMaxMs,
    ).unref();
    const query = connection.query({
      sql: `SELECT ${columns} FROM \`${table.name}\``,
      rowsAsArray: true,
      dateStrings: true,
    });
    query.on('result', (row: Cell[]) => {
      try {
        batch.push(row.map((cell, index) => (cell === null ? null : readers[index]!(cell))));
        if (batch.length < batchRows) return;
        onBatch(batch);
        batch = [];
        silence.refresh();
        // Rows come faster than they are taken: let others have a turn.
        connection.pause();
        setImmediate(() => connection.resume());
      } catch (error) {
        fail(error as Error);
      }
    });
    query.on('error', fail);
    query.on('end', () => {
      clearTimeout(silence);
      onBatch(batch);
      resolve();
    });
  });
}
