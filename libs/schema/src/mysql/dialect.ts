import { decimalFromCents } from '@finance/domain';
import { sql } from 'drizzle-orm';
import type { Dialect } from '../dialect.ts';
import { mysqlInstant } from './instant.ts';

/** MySQL 8 and later. Statements are stopped from outside (KILL QUERY), so no condition is needed. */
export const mysqlDialect: Dialect = {
  name: 'mysql',
  amountColumn: 'amount',
  amountParam: decimalFromCents,
  instantParam: mysqlInstant,
  insertIgnore: sql`INSERT IGNORE`,
  idType: sql`BIGINT`,
  dropTemporaryTable: (name) => sql`DROP TEMPORARY TABLE IF EXISTS ${name}`,
  forUpdate: sql`FOR UPDATE`,
  whileCallerWaits: () => sql`TRUE`,
};
