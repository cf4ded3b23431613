import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection, type SqlConnection, type StoredTarget } from '@finance/seeder';
import { exactTotal, inList, singleWrites, type Workload } from './workloads.ts';

/** A setting and the two values that are compared. */
export interface TunedSetting {
  readonly name: string;
  readonly low: string;
  readonly high: string;
  readonly workload: Workload;
  /** Another global setting of MySQL that holds for both values. */
  readonly also?: string;
}

const mib = 1024 * 1024;

/** What is measured, by engine: the engine's own default first, then what more, or less safety, would give. */
export const tunedSettings: Readonly<Record<StoredTarget['engine'], readonly TunedSetting[]>> = {
  mysql: [
    { name: 'innodb_buffer_pool_size', low: String(128 * mib), high: String(512 * mib), workload: exactTotal },
    { name: 'tmp_table_size', low: String(16 * mib), high: String(128 * mib), workload: exactTotal },
    { name: 'range_optimizer_max_mem_size', low: String(8 * mib), high: String(64 * mib), workload: inList },
    { name: 'innodb_flush_log_at_trx_commit', low: '1', high: '2', workload: singleWrites },
    { name: 'sync_binlog', low: '1', high: '0', workload: singleWrites, also: 'innodb_flush_log_at_trx_commit = 2' },
  ],
  sqlite: [
    { name: 'cache_size', low: '-2000', high: '-65536', workload: exactTotal },
    { name: 'mmap_size', low: '0', high: String(1024 * mib), workload: exactTotal },
    { name: 'synchronous', low: 'FULL', high: 'NORMAL', workload: singleWrites },
  ],
};

/** As SQLite is served, see `sqliteOpenSettings`; the setting under test is changed from here. */
const sqliteBase = ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -2000', 'mmap_size = 0'];
const resizePollMs = 50;

/** Does work on a new connection with a setting at a value; MySQL's is global until {@link keepingGlobals} ends. */
export async function withSetting<T>(
  target: StoredTarget,
  { name, also }: TunedSetting,
  value: string,
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  if (target.engine === 'mysql') {
    await withConnection(target, async (connection) => {
      await connection.run(`SET GLOBAL ${name} = ${value}`);
      if (also !== undefined) await connection.run(`SET GLOBAL ${also}`);
      if (name === 'innodb_buffer_pool_size') await resized(connection);
    });
    return withConnection(target, work);
  }
  return withConnection(target, async (connection) => {
    for (const pragma of [...sqliteBase, `${name} = ${value}`]) await setPragma(connection, pragma);
    return work(connection);
  });
}

/** Gives MySQL's global settings their values back, whatever happens. */
export async function keepingGlobals<T>(target: StoredTarget, work: () => Promise<T>): Promise<T> {
  if (target.engine !== 'mysql') return work();
  const names = tunedSettings.mysql.map(({ name }) => name);
  const [before] = await withConnection(target, (connection) =>
    connection.all(`SELECT ${names.map((name) => `@@global.${name} AS ${name}`).join(', ')}`),
  );
  try {
    return await work();
  } finally {
    await withConnection(target, async (connection) => {
      for (const name of names) await connection.run(`SET GLOBAL ${name} = ${before![name]}`);
    });
  }
}

/** The pool changes its size in the background. */
async function resized(connection: SqlConnection): Promise<void> {
  for (;;) {
    const [row] = await connection.all(`SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_resize_status_code'`);
    if (row === undefined || String(row['Value']) === '0') return;
    await sleep(resizePollMs);
  }
}

/** Some pragmas answer with a row and some do not. */
async function setPragma(connection: SqlConnection, pragma: string): Promise<void> {
  await (/^(journal_mode|mmap_size)/.test(pragma)
    ? connection.all(`PRAGMA ${pragma}`)
    : connection.run(`PRAGMA ${pragma}`));
}
