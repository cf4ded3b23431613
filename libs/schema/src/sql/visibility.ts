import { bases, type Basis, type People, type Scope } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import { personTouchedBy } from './basis-columns.ts';
import { isAmong } from './people.ts';

/** Whether fund `f` touches one of the people on one basis: two primary key probes at most. */
function touchesOne(basis: Basis, people: People): SQL {
  return sql`EXISTS (SELECT 1 FROM users p WHERE p.id = ${personTouchedBy(basis)}
    AND ${isAmong(sql`p`, people)})`;
}

/** Whether fund `f` is in a scope: the rule as a condition on one fund, for probing. */
export function visibleInScope(scope: Scope): SQL {
  const { people } = scope;
  if (people === null) return sql`1 = 1`;
  return sql`(${sql.join(
    bases.map((basis) => touchesOne(basis, people)),
    sql` OR `,
  )})`;
}
