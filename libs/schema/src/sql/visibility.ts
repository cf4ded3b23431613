import { bases, type Basis, type Scope } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import { personTouchedBy } from './basis-columns.ts';

/** Whether fund `f` touches somebody in the interval on one basis: two primary key probes at most. */
export function touchesInterval(basis: Basis, people: { readonly left: number; readonly right: number }): SQL {
  return sql`EXISTS (SELECT 1 FROM users p WHERE p.id = ${personTouchedBy(basis)}
    AND p.tree_left BETWEEN ${people.left} AND ${people.right})`;
}

/** Whether fund `f` is in a scope: the rule as a condition on one fund, for probing. */
export function visibleInScope(scope: Scope): SQL {
  const { people } = scope;
  if (people === null) return sql`1 = 1`;
  return sql`(${sql.join(
    bases.map((basis) => touchesInterval(basis, people)),
    sql` OR `,
  )})`;
}
