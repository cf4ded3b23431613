import { bases, type Basis, type Scope } from '@finance/domain';
import { basisColumns } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** Without the hint MySQL may turn a set under OR into one subquery for each row. SQLite reads a comment. */
const materialised = sql.raw('/*+ SUBQUERY(MATERIALIZATION) */');

/**
 * Whether fund `f` touches somebody in the interval, for statements that read most funds: each basis is a lookup in a
 * set of the people's records, which is made once. Indexes: users_tree_left, then the basis's column.
 */
export function touchesRecordsOf(people: NonNullable<Scope['people']>): SQL {
  const recordsOn = (basis: Basis): SQL => {
    const { link, personColumn } = basisColumns(basis);
    const inside = sql`p.tree_left BETWEEN ${people.left} AND ${people.right}`;
    if (!link) return sql`f.${personColumn} IN (SELECT ${materialised} p.id FROM users p WHERE ${inside})`;
    return sql`f.${link.fundColumn} IN (SELECT ${materialised} r.${link.keyColumn}
      FROM users p JOIN ${link.table} r ON r.${personColumn} = p.id WHERE ${inside})`;
  };
  return sql`(${sql.join(bases.map(recordsOn), sql` OR `)})`;
}
