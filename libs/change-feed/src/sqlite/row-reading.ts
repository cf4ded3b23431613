import type { RowChange } from '@finance/live-index';
import type { Database } from 'better-sqlite3';
import type { ChangeBatch } from '../change-feed.ts';
import type { LogEntry } from './change-log.ts';
import { loggedRows } from './logged-rows.ts';
import type { EntryReading } from './log-reader.ts';

/** Makes changes of entries: each row once, as it is in the snapshot. A larger backlog comes in parts without a position. */
export function rowReading(database: Database): EntryReading<ChangeBatch> {
  const tables = loggedRows(database);
  const changesOf = (entries: readonly LogEntry[]): RowChange[] => {
    const seen = tables.map(() => new Set<bigint>());
    const changes: RowChange[] = [];
    for (const [, code, id] of entries) {
      const index = Number(code) - 1;
      const { table, row } = tables[index]!;
      if (seen[index]!.has(id)) continue;
      seen[index]!.add(id);
      const values = row.get(id);
      changes.push(values ? table.change(values) : table.removal(id));
    }
    return changes;
  };
  return {
    entriesMax: 5_000,
    isOneSnapshot: true,
    batchOf: (entries, position, isNewest) => ({
      changes: changesOf(entries),
      position: isNewest ? position : null,
    }),
  };
}
