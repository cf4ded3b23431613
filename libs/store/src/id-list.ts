import { sql, type SQL } from 'drizzle-orm';

/** Ids of one statement: below SQLite's limit of parameters, and few enough to be probed by key. */
const chunkSize = 500;

/** The distinct ids in portions for one statement each; nothing for no ids. */
export function* chunksOf(ids: Iterable<bigint>): Generator<bigint[]> {
  const distinct = [...new Set(ids)];
  for (let start = 0; start < distinct.length; start += chunkSize) yield distinct.slice(start, start + chunkSize);
}

/** `(1, 2, 3)` as parameters, for IN; must not be empty. */
export function idList(ids: readonly bigint[]): SQL {
  return sql`(${sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )})`;
}
