import { bases, type Basis, type Scope } from '@finance/domain';
import { basisColumns, isAmong } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** A basis that can be read off an order `o` of a customer `c`. */
export type OrderBasis = Exclude<Basis, { record: 'fund' }>;

/** All bases but those of the fund itself: on these an order touches a person. */
export const orderBases: readonly OrderBasis[] = bases.filter((basis) => basis.record !== 'fund');

const aliases: Readonly<Record<OrderBasis['record'], string>> = { order: 'o', customer: 'c' };

/** The person whom order `o` of customer `c` touches on a basis. */
export const personOf = (basis: OrderBasis): SQL =>
  sql`${sql.raw(aliases[basis.record])}.${basisColumns(basis).personColumn}`;

/** Whether order `o` of customer `c` is visible in a scope: probes by primary key. */
export function orderVisibleIn({ people }: Scope): SQL {
  if (people === null) return sql`1 = 1`;
  const touches = orderBases.map(
    (basis) => sql`EXISTS (SELECT 1 FROM users p WHERE p.id = ${personOf(basis)}
      AND ${isAmong(sql`p`, people)})`,
  );
  return sql`(${sql.join(touches, sql` OR `)})`;
}
