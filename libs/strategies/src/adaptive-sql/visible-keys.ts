import { bases, type Scope } from '@finance/domain';
import { fundsTouching, isAmong, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The funds that touch people in scope, each once, from three range reads: `fund_id` and `handle_by`, which the indexes
 * hold. Indexes: users_tree_left, then the basis's column.
 */
export function visibleKeys(people: NonNullable<Scope['people']>, dialect: Dialect): SQL {
  const branches = bases.map(
    (basis) => sql`SELECT f.fund_id, f.handle_by FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
      WHERE ${isAmong(sql`p`, people)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
  // For a UNION SQLite may read all funds, because they come sorted then; for MySQL it saves a table.
  return dialect.name === 'mysql'
    ? sql.join(branches, sql` UNION `)
    : sql`SELECT DISTINCT t.fund_id, t.handle_by FROM (${sql.join(branches, sql` UNION ALL `)}) t`;
}
