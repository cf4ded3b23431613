import { microsOf } from '@finance/domain';
import { sql } from 'drizzle-orm';
import type { Dialect } from '../dialect.ts';

/** SQLite in WAL mode. One writer at a time, so nothing needs FOR UPDATE. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  amountColumn: 'amount_cents',
  amountParam: (cents) => cents,
  instantParam: microsOf,
  insertIgnore: sql`INSERT OR IGNORE`,
  forUpdate: sql``,
  idType: sql`INTEGER`,
  dropTemporaryTable: (name) => sql`DROP TABLE IF EXISTS temp.${name}`,
  // SQLite cannot be interrupted from outside its thread; `caller_waits()` throws once the caller has left.
  whileCallerWaits: (integerColumn) => sql`(${integerColumn} & 1023 <> 0 OR caller_waits())`,
};
