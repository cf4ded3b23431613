import { MySqlDialect } from 'drizzle-orm/mysql-core';
import type { IdList } from './company.ts';

/** How ids get into the text of a statement. */
export type IdStyle = 'literals' | 'parameters';

const compiler = new MySqlDialect();

/** One OR over the IN lists: counts the funds that pass. Empty lists are left out. */
export function orStatement(lists: readonly IdList[], style: IdStyle): string {
  const conditions = lists
    .filter(({ ids }) => ids.length > 0)
    .map(({ column, ids }) => {
      const list = style === 'literals' ? ids.join(',') : Array.from(ids, () => '?').join(',');
      return `f.${compiler.sqlToQuery(column).sql} IN (${list})`;
    });
  return `SELECT COUNT(*) AS n FROM financial_funds f WHERE ${conditions.join(' OR ')}`;
}

/** Lists of `count` ids in all, on the columns of `like`: consecutive numbers, for finding limits. */
export function consecutiveIds(like: readonly IdList[], count: number): IdList[] {
  return like.map((list, i) => {
    const share = Math.floor(count / like.length) + (i < count % like.length ? 1 : 0);
    return { ...list, ids: Array.from({ length: share }, (_, n) => BigInt(n + 1)) };
  });
}
