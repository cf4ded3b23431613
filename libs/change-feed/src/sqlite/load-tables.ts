import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoadOptions, LoadResult } from '../change-feed.ts';
import { feedTables, type FeedTable, type Value } from '../rows/feed-tables.ts';
import type { TableConsumer } from '../table-consumer.ts';
import { newestStatement } from './change-log.ts';
import { connect, feedErrorOf } from './connection.ts';

/** Rows handed over at once: a few milliseconds without a turn for anything else. */
const batchRows = 2_000;

/** The SELECT of a table's columns, in order. Amounts are in cents (docs/adr/0002). */
export const selectColumns = ({ name, columns }: FeedTable): string =>
  `SELECT ${columns.map((column) => (column.content === 'amount' ? `${column.name}_cents` : column.name)).join(', ')} FROM ${name}`;

/** Reads the four tables in one snapshot; see ChangeFeed.load. */
export async function loadTables(file: string, into: TableConsumer, options: LoadOptions): Promise<LoadResult> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  const database = connect(file);
  try {
    database.exec('BEGIN');
    const position = newestStatement(database).get()!;
    let total = 0;
    for (const { name } of feedTables) {
      total += Number(database.prepare<[], bigint>(`SELECT COUNT(*) FROM ${name}`).pluck().get());
    }
    let rows = 0;
    for (const table of feedTables) {
      let batch: Value[][] = [];
      const handOver = (): void => {
        table.deliver(batch, into);
        rows += batch.length;
        batch = [];
        onProgress?.(rows, total);
      };
      for (const row of database.prepare<[], Value[]>(selectColumns(table)).raw().iterate()) {
        batch.push(row);
        if (batch.length < batchRows) continue;
        handOver();
        await nextTurn(undefined, { signal });
      }
      handOver();
    }
    return { from: position, readyAt: position };
  } catch (error) {
    signal.throwIfAborted();
    throw feedErrorOf(error);
  } finally {
    database.close();
  }
}
