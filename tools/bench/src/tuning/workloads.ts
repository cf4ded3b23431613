import type { SqlConnection } from '@finance/seeder';

/** Work whose time a setting may change. */
export interface Workload {
  readonly name: string;
  run(connection: SqlConnection, viewerUserId: bigint): Promise<void>;
}

const visibleFunds = `
  SELECT f.fund_id FROM user_hierarchy h JOIN financial_funds f ON f.handle_by = h.subordinate_id WHERE h.user_id = ?
  UNION
  SELECT f.fund_id FROM user_hierarchy h JOIN orders o ON o.user_id = h.subordinate_id
    JOIN financial_funds f ON f.order_id = o.order_id WHERE h.user_id = ?
  UNION
  SELECT f.fund_id FROM user_hierarchy h JOIN customers c ON c.admin_user_id = h.subordinate_id
    JOIN financial_funds f ON f.customer_id = c.customer_id WHERE h.user_id = ?`;

/** What closure-join counts for an exact total: three joins, made distinct in an internal temporary table. */
export const exactTotal: Workload = {
  name: 'exact total of the largest supervisor, by closure-join',
  run: async (connection, viewer) => {
    await connection.all(`SELECT COUNT(*) AS n FROM (${visibleFunds}) visible`, [viewer, viewer, viewer]);
  },
};

/** More than the 36,000 or so that MySQL's default of range_optimizer_max_mem_size holds. */
const listedIds = 40_000;

/** What in-list sends, for a basis: all ids in one statement. */
export const inList: Workload = {
  name: `amounts of ${listedIds.toLocaleString('en-US')} orders' funds by one IN list`,
  run: async (connection) => {
    const ids = Array.from({ length: listedIds }, (_, i) => i + 1);
    await connection.all(`SELECT SUM(amount) AS n FROM financial_funds WHERE order_id IN (${ids.join(',')})`);
  },
};

const scratchTable = 'bench_tuning_scratch';
const commits = 100;

/** What single writes cost; in a table of its own, so that no data change. */
export const singleWrites: Workload = {
  name: `${commits} committed updates of one row`,
  run: async (connection) => {
    for (let i = 0; i < commits; i += 1) await connection.run(`UPDATE ${scratchTable} SET n = n + 1 WHERE id = 1`);
  },
};

/** Makes and removes what {@link singleWrites} writes to. */
export async function withScratchTable<T>(connection: SqlConnection, work: () => Promise<T>): Promise<T> {
  await connection.run(`DROP TABLE IF EXISTS ${scratchTable}`);
  await connection.run(`CREATE TABLE ${scratchTable} (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)`);
  await connection.run(`INSERT INTO ${scratchTable} (id, n) VALUES (1, 0)`);
  try {
    return await work();
  } finally {
    await connection.run(`DROP TABLE ${scratchTable}`);
  }
}
