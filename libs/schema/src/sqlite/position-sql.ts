/**
 * The position of a SQLite file as `<history>/<sequence>.<mark>` of the last entry of its change log, in one statement of
 * microseconds. The mark is random: a file that was restored gives the same numbers to other changes.
 */
export const sqlitePositionSql = `SELECT COALESCE((SELECT history_id FROM history WHERE id = 1), '') || '/' || COALESCE(
  (SELECT sequence || '.' || COALESCE(mark, 0) FROM change_log ORDER BY sequence DESC LIMIT 1), '0.0') AS position`;
