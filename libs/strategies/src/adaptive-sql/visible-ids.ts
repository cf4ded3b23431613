import { bases, type Scope } from '@finance/domain';
import { fundsTouching, type Dialect } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/**
 * The ids of the funds that touch people in scope, as three range reads; a fund comes once for each basis.
 * Indexes: users_tree_left, then the basis's column.
 */
export function touchingIds(people: NonNullable<Scope['people']>, dialect: Dialect): SQL {
  return sql.join(branches(people, dialect), sql` UNION ALL `);
}

/** {@link touchingIds}, each once. */
export function visibleIds(people: NonNullable<Scope['people']>, dialect: Dialect): SQL {
  // For a UNION SQLite may read all funds, because they come sorted then; for MySQL it saves a table.
  return dialect.name === 'mysql'
    ? sql.join(branches(people, dialect), sql` UNION `)
    : sql`SELECT DISTINCT t.fund_id FROM (${touchingIds(people, dialect)}) t`;
}

const branches = (people: NonNullable<Scope['people']>, dialect: Dialect): SQL[] =>
  bases.map(
    (basis) => sql`SELECT f.fund_id FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
      WHERE p.tree_left BETWEEN ${people.left} AND ${people.right} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`,
  );
