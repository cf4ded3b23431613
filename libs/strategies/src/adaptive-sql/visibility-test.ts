import { bases, type Basis, type People, type Scope } from '@finance/domain';
import { basisColumns, isAmong } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { WalkWay } from './way.ts';

/** A test for visibility of fund `f`: joins to put after `f`, and the condition on them. */
export interface VisibilityTest {
  readonly joins: SQL;
  readonly condition: SQL;
}

/** Without the hint MySQL may turn a set under OR into one subquery for each row. SQLite reads a comment. */
const materialised = sql.raw('/*+ SUBQUERY(MATERIALIZATION) */');

/** The ids of people in scope as a set that is made once for a statement. Index: users_tree_left. */
export const peopleSet = (people: People): SQL =>
  sql`(SELECT ${materialised} p.id FROM users p WHERE ${isAmong(sql.raw('p'), people)})`;

/** The keys of the records of people in scope, as a set; for a basis on the fund itself the people. */
function recordSet(basis: Basis, people: People): SQL {
  const { link, personColumn } = basisColumns(basis);
  if (!link) return peopleSet(people);
  return sql`(SELECT ${materialised} r.${link.keyColumn} FROM users p JOIN ${link.table} r ON r.${personColumn} = p.id
    WHERE ${isAmong(sql.raw('p'), people)})`;
}

/** The tests for visibility of a walk, cheaper for each row from first to last, dearer before the first row. */
export function visibilityTest(way: WalkWay, people: Scope['people']): VisibilityTest {
  if (people === null) return { joins: sql``, condition: sql`1 = 1` };
  const joins: SQL[] = [];
  const conditions = bases.map((basis, index) => {
    const { link, personColumn } = basisColumns(basis);
    if (way === 'walk-records') return sql`f.${link ? link.fundColumn : personColumn} IN ${recordSet(basis, people)}`;
    const record = sql.raw(`r${index}`);
    if (link) joins.push(sql`LEFT JOIN ${link.table} ${record} ON ${record}.${link.keyColumn} = f.${link.fundColumn}`);
    const touched = sql`${link ? record : sql.raw('f')}.${personColumn}`;
    if (way === 'walk-people') return sql`${touched} IN ${peopleSet(people)}`;
    const person = sql.raw(`p${index}`);
    joins.push(sql`LEFT JOIN users ${person} ON ${person}.id = ${touched}`);
    return isAmong(person, people);
  });
  return { joins: sql.join(joins, sql` `), condition: sql`(${sql.join(conditions, sql` OR `)})` };
}
