import type { Database } from 'better-sqlite3';

/** Entries that are kept for followers that stand still: some 20 MB. */
const keptEntries = 1_000_000n;
/** Entries deleted at once: below a millisecond for the one writer that SQLite has. */
const stepEntries = 1_000n;

/** Deletes a few entries that are too old, unless somebody writes; true when there are more. */
export function pruneLog(database: Database, newest: bigint): boolean {
  const oldest = database.prepare<[], bigint | null>('SELECT MIN(sequence) FROM change_log').pluck().get();
  if (oldest === null || oldest === undefined) return false;
  const end = newest - keptEntries;
  if (oldest >= end) return false;
  const stepEnd = oldest + stepEntries < end ? oldest + stepEntries : end;
  try {
    database.prepare('DELETE FROM change_log WHERE sequence < ?').run(stepEnd);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return true;
    throw error;
  }
  return stepEnd < end;
}
