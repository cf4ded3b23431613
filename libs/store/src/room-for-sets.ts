import { sql, type SQL } from 'drizzle-orm';

/**
 * Put after the first SELECT of a statement that keeps sets of ids: MySQL would write those above its default of 16 MB
 * to disk; this room is that of some million ids. SQLite reads a comment.
 */
export const roomForSets: SQL = sql.raw('/*+ SET_VAR(tmp_table_size = 134217728) */');
