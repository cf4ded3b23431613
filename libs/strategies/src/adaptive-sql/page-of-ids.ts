import { fundColumns, orderBy, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { PageQuery } from './page-query.ts';

/**
 * The statement for the page of `found` (what follows FROM: fund `f`, each once, and conditions). Finding and sorting
 * touch ids and the sort column only; whole rows are read for those on the page.
 */
export function pageOfIds(found: SQL, { order, rowsMax, skip }: PageQuery, dialect: Dialect): SQL {
  const sorted = orderBy(order, dialect);
  // CROSS JOIN makes SQLite start from the ids; it would rather read all funds in order.
  return sql`SELECT ${fundColumns(dialect)} FROM (
      SELECT f.fund_id FROM ${found} ORDER BY ${sorted} LIMIT ${rowsMax} OFFSET ${skip}) k
    CROSS JOIN financial_funds f ON f.fund_id = k.fund_id ORDER BY ${sorted}`;
}
