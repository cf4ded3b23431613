import { bases, type Basis, type People } from '@finance/domain';
import { basisColumns, isAmong } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** Without the hint MySQL may turn a set under OR into one subquery for each row. SQLite reads a comment. */
const materialised = sql.raw('/*+ SUBQUERY(MATERIALIZATION) */');

/**
 * Whether fund `f` touches one of the people, for statements that read most funds: each basis is a lookup in a
 * set of the people's records, which is made once. Indexes: users_tree_left, then the basis's column.
 */
export function touchesRecordsOf(people: People): SQL {
  const recordsOn = (basis: Basis): SQL => {
    const { link, personColumn } = basisColumns(basis);
    const inside = isAmong(sql`p`, people);
    if (!link) return sql`f.${personColumn} IN (SELECT ${materialised} p.id FROM users p WHERE ${inside})`;
    return sql`f.${link.fundColumn} IN (SELECT ${materialised} r.${link.keyColumn}
      FROM users p JOIN ${link.table} r ON r.${personColumn} = p.id WHERE ${inside})`;
  };
  return sql`(${sql.join(bases.map(recordsOn), sql` OR `)})`;
}
