import { sql, type SQL } from 'drizzle-orm';

/** Ids as the inside of `IN (…)`. Inlined digits, so that a list of any length is no list of parameters. */
export const idList = (ids: readonly bigint[]): SQL => sql.raw(ids.join(','));
