import { describeTarget, openConnection, type SqlConnection, type StoredTarget } from '@finance/seeder';
import { unavailable, type Figure, type FigureGroup, type Source } from './figures.ts';

/** Counters of SHOW GLOBAL STATUS that are shown as rates. */
const rates = [
  ['queries', ['Questions']],
  ['selects', ['Com_select']],
  ['writes', ['Com_insert', 'Com_insert_select', 'Com_update', 'Com_delete', 'Com_load']],
  ['explicit temporary tables', ['Com_create_table']],
  ['temporary tables', ['Created_tmp_tables']],
  ['temporary tables on disk', ['Created_tmp_disk_tables']],
  ['slow queries', ['Slow_queries']],
  ['rows read', ['Innodb_rows_read']],
] as const;
/** Values as they are. */
const gauges = [
  ['connections', 'Threads_connected'],
  ['running', 'Threads_running'],
] as const;
const hitRate = 'buffer pool hits';
const counters = ['Innodb_buffer_pool_read_requests', 'Innodb_buffer_pool_reads'] as const;
const statement = `SHOW GLOBAL STATUS WHERE Variable_name IN (${[
  ...rates.flatMap(([, names]) => names),
  ...gauges.map(([, name]) => name),
  ...counters,
]
  .map((name) => `'${name}'`)
  .join(', ')})`;
const names = [
  ...rates.map(([name]) => [name, '1/s'] as const),
  ...gauges.map(([name]) => [name, ''] as const),
  [hitRate, '%'] as const,
];
const msPerSecond = 1000;

interface Reading {
  readonly atMs: number;
  readonly values: ReadonlyMap<string, number>;
}

/** The whole server's counters, as differences between two samples; the first sample has no rates. */
export function mysqlSource(target: StoredTarget): Source {
  const title = describeTarget(target);
  let connection: SqlConnection | undefined;
  let before: Reading | undefined;
  const read = async (): Promise<Reading> => {
    connection ??= await openConnection(target);
    const rows = await connection.all(statement);
    return {
      atMs: performance.now(),
      values: new Map(rows.map((row) => [String(row['Variable_name']), Number(row['Value'])])),
    };
  };
  const sample = async (): Promise<FigureGroup> => {
    try {
      const now = await read();
      const figures = figuresOf(before, now);
      before = now;
      return { title, figures };
    } catch {
      await connection?.close().catch(() => undefined);
      connection = undefined;
      before = undefined;
      return { title, figures: unavailable(names, 'the database does not answer') };
    }
  };
  return { sample, close: async () => connection?.close() };
}

/** Exported for its test: what two readings say. */
export function figuresOf(before: Reading | undefined, now: Reading): Figure[] {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / msPerSecond;
  /** Undefined without an earlier reading, when the server lacks a counter, or after a restart. */
  const growth = (keys: readonly string[]): number | undefined => {
    let sum = 0;
    for (const key of keys) {
      const [old, current] = [before?.values.get(key), now.values.get(key)];
      if (old === undefined || current === undefined || current < old) return undefined;
      sum += current - old;
    }
    return sum;
  };
  const why = before === undefined ? 'a rate needs two samples' : 'the server was restarted or has no such counter';
  const rateFigures = rates.map(([name, keys]): Figure => {
    const grown = growth(keys);
    return grown === undefined
      ? { name, value: null, unit: '1/s', note: why }
      : { name, value: grown / seconds, unit: '1/s' };
  });
  const gaugeFigures = gauges.map(([name, key]): Figure => {
    const value = now.values.get(key);
    return value === undefined
      ? { name, value: null, unit: '', note: 'the server has no such counter' }
      : { name, value, unit: '' };
  });
  const requests = growth([counters[0]]);
  const misses = growth([counters[1]]);
  const hits: Figure =
    requests === undefined || misses === undefined
      ? { name: hitRate, value: null, unit: '%', note: why }
      : requests === 0
        ? { name: hitRate, value: null, unit: '%', note: 'nothing was read' }
        : { name: hitRate, value: 100 * (1 - misses / requests), unit: '%' };
  return [...rateFigures, ...gaugeFigures, hits];
}
